// What a result says, as YASR's parser has read it, and what things of ours are called.
export interface Cell {
  value: string;
  type: string;
}

export type Row = Record<string, Cell | undefined>;

export interface Results {
  results?: { getVariables(): string[]; getBindings(): Row[] | undefined; getStatements(): Triple[] | undefined; getBoolean(): boolean | undefined };
  resultsEl: HTMLElement;
}

export interface Triple {
  subject: { value: string; termType: string };
  predicate: { value: string };
  object: { value: string; termType: string };
}

const OURS = "https://w3id.org/styrgraf/";
const called = new Map<string, string>();
const form = document.getElementById("editor");
export const words = form?.dataset ?? {};
export const lang = document.documentElement.lang;

// Where a thing of ours is found here; anything else as it is.
export function place(iri: string): string {
  return iri.startsWith(OURS) ? `${words["prefix"] ?? ""}/${iri.slice(OURS.length)}?lang=${lang}` : iri;
}

export function name(iri: string): string {
  return called.get(iri) ?? iri.replace(OURS, "");
}

// Asks for the names of things that have none yet: in the language of the page, else in Swedish.
export async function callByName(iris: Iterable<string>): Promise<void> {
  const unknown = [...new Set(iris)].filter((iri) => iri.startsWith(OURS) && !called.has(iri)).slice(0, 500);
  if (!unknown.length) return;
  const query = `SELECT ?x ?l WHERE { VALUES ?x { ${unknown.map((iri) => `<${iri}>`).join(" ")} }
    ?x <http://www.w3.org/2000/01/rdf-schema#label>|<http://www.w3.org/2004/02/skos/core#prefLabel> ?l }`;
  const response = await fetch(words["endpoint"] ?? "/sparql", {
    method: "POST",
    headers: { Accept: "application/sparql-results+json" },
    body: new URLSearchParams({ query }),
  });
  if (!response.ok) return;
  const told = (await response.json()) as { results: { bindings: { x: Cell; l: Cell & { "xml:lang"?: string } }[] } };
  for (const { x, l } of told.results.bindings) if (l["xml:lang"] === lang || !called.has(x.value)) called.set(x.value, l.value);
}

export function element<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function icon(path: string): Element {
  const made = element("div");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  made.append(svg);
  return made;
}
