// Bars: the first column that holds numbers by the first that does not; without numbers, how often each value of the first column occurs.
import { callByName, element, icon, name, type Results, type Row } from "./answer";

const MOST = 40;
const SVG = "http://www.w3.org/2000/svg";

export class Chart {
  priority = 5;
  label = document.documentElement.lang === "en" ? "Chart" : "Diagram";
  constructor(private readonly yasr: Results) {}

  canHandleResults(): boolean {
    return (this.yasr.results?.getBindings() ?? []).length > 0 && (this.yasr.results?.getVariables() ?? []).length > 0;
  }

  async draw(): Promise<void> {
    const head = this.yasr.results?.getVariables() ?? [];
    const rows = this.yasr.results?.getBindings() ?? [];
    await callByName(rows.flatMap((row) => Object.values(row).flatMap((cell) => (cell?.type === "uri" ? [cell.value] : []))));
    const scroll = element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": this.label }, bars(measured(head, rows)));
    this.yasr.resultsEl.replaceChildren(scroll);
  }

  getIcon(): Element {
    return icon("M2 14V8M7 14V3M12 14V6");
  }
}

function measured(head: string[], rows: Row[]): [string, number][] {
  const numeric = head.find((h) => rows.every((row) => row[h] && row[h].type !== "uri" && row[h].value !== "" && Number.isFinite(Number(row[h].value))));
  const by = head.find((h) => h !== numeric) ?? head[0] ?? "";
  const sums = new Map<string, number>();
  for (const row of rows) {
    const value = row[by];
    const key = value ? (value.type === "uri" ? name(value.value) : value.value) : "–";
    sums.set(key, (sums.get(key) ?? 0) + (numeric ? Number(row[numeric]?.value) : 1));
  }
  return [...sums].sort((a, b) => b[1] - a[1]).slice(0, MOST);
}

function bars(values: [string, number][]): SVGElement {
  const [width, line, left] = [900, 26, 340];
  const most = Math.max(...values.map(([, n]) => n), 0) || 1;
  const svg = part("svg", { class: "chart", viewBox: `0 0 ${width} ${values.length * line + 8}`, role: "img" });
  const title = part("title", {});
  title.textContent = values.map(([label, n]) => `${label}: ${n}`).join("; ");
  svg.append(title);
  values.forEach(([label, n], at) => {
    const y = at * line + 4;
    const words = part("text", { x: left - 8, y: y + 15, "text-anchor": "end" });
    words.textContent = label.length > 46 ? `${label.slice(0, 45)}…` : label;
    const number = part("text", { x: left + Math.max(2, ((width - left - 70) * Math.max(n, 0)) / most) + 6, y: y + 15 });
    number.textContent = String(n);
    svg.append(words, part("rect", { x: left, y, width: Math.max(2, ((width - left - 70) * Math.max(n, 0)) / most), height: line - 6, rx: 3 }), number);
  });
  return svg;
}

function part(tag: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
