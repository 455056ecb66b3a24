// Cytoscape, loaded at its first use. It would write a <style> element, which the policy forbids, were there none of its id; what that says is in our styles:
// the element that it draws in is positioned.
export async function drawing(): Promise<typeof import("cytoscape")> {
  const id = "__________cytoscape_stylesheet";
  if (!document.getElementById(id)) {
    const known = document.createElement("meta");
    known.id = id;
    document.head.append(known);
  }
  return (await import("cytoscape")).default;
}
