// A drawing: of the triples of a CONSTRUCT, or of the things that stand beside each other in the rows of a SELECT. Cytoscape is loaded at its first use.
import { drawing } from "../shared/drawing";
import { callByName, element, icon, name, place, type Results } from "./answer";

const MOST = 300;

interface Edge {
  from: string;
  to: string;
  label: string;
}

export class Graph {
  priority = 4;
  label = document.documentElement.lang === "en" ? "Graph" : "Graf";
  constructor(private readonly yasr: Results) {}

  canHandleResults(): boolean {
    return this.edges().length > 0;
  }

  async draw(): Promise<void> {
    const edges = this.edges().slice(0, MOST);
    const [cytoscape] = await Promise.all([drawing(), callByName(edges.flatMap((e) => [e.from, e.to, e.label]))]);
    const container = element("div", { class: "drawn", role: "img", "aria-label": edges.map((e) => `${name(e.from)} → ${name(e.to)}`).join("; ") });
    this.yasr.resultsEl.replaceChildren(container);
    const colour = (token: string): string => getComputedStyle(document.documentElement).getPropertyValue(token).trim();
    const things = [...new Set(edges.flatMap((e) => [e.from, e.to]))];
    const drawn = cytoscape({
      container,
      elements: [
        ...things.map((id) => ({ data: { id, label: name(id) } })),
        ...edges.map((e, n) => ({ data: { id: `e${n}`, source: e.from, target: e.to, label: e.label && name(e.label) } })),
      ],
      layout: { name: "cose", animate: false, nodeDimensionsIncludeLabels: true },
      style: [
        { selector: "node", style: { label: "data(label)", color: colour("--ink"), "background-color": colour("--shall"), "font-size": 11, width: 14, height: 14, "text-wrap": "wrap", "text-max-width": "140px" } },
        { selector: "edge", style: { label: "data(label)", color: colour("--quiet"), "font-size": 9, width: 1, "line-color": colour("--quiet"), "target-arrow-color": colour("--quiet"), "target-arrow-shape": "triangle", "curve-style": "bezier", "text-rotation": "autorotate" } },
      ],
    });
    drawn.on("tap", "node", (event) => window.open(place(String(event.target.id())), "_self"));
  }

  getIcon(): Element {
    return icon("M3 13l5-9 5 9zM3 13h10");
  }

  private edges(): Edge[] {
    const triples = this.yasr.results?.getStatements?.() ?? [];
    if (triples.length) return triples.filter((t) => t.object.termType !== "Literal").map((t) => ({ from: t.subject.value, to: t.object.value, label: t.predicate.value }));
    const rows = this.yasr.results?.getBindings() ?? [];
    return rows.flatMap((row) => {
      const [from, to] = Object.values(row).flatMap((cell) => (cell?.type === "uri" ? [cell.value] : []));
      return from && to ? [{ from, to, label: "" }] : [];
    });
  }
}
