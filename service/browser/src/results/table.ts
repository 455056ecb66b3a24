// A table whose things stand by name and lead to their pages; on a narrow screen each row is a card.
import { callByName, element, icon, name, place, words, type Cell, type Results, type Row } from "./answer";

const MOST = 1000;

export class Table {
  priority = 10;
  label = document.documentElement.lang === "en" ? "Table" : "Tabell";
  constructor(private readonly yasr: Results) {}

  canHandleResults(): boolean {
    return (this.yasr.results?.getVariables() ?? []).length > 0;
  }

  async draw(): Promise<void> {
    const head = this.yasr.results?.getVariables() ?? [];
    const rows = this.yasr.results?.getBindings() ?? [];
    const shown = rows.slice(0, MOST);
    await callByName(shown.flatMap((row) => Object.values(row).flatMap((cell) => (cell?.type === "uri" ? [cell.value] : []))));
    this.yasr.resultsEl.replaceChildren(
      rows.length ? element("p", { class: "quiet" }, `${words["rows"] ?? ""} ${rows.length}`) : element("p", { class: "notice" }, words["empty"] ?? ""),
      ...(rows.length ? [table(head, shown)] : []),
    );
  }

  getIcon(): Element {
    return icon("M1 2h14v12H1zM1 6h14M1 10h14M6 6v8");
  }
}

function table(head: string[], rows: Row[]): HTMLElement {
  const titles = head.map((h) => element("th", { scope: "col" }, h));
  const lines = rows.map((row) => element("tr", {}, ...head.map((h) => element("td", { "data-label": h }, cell(row[h])))));
  const made = element("table", { class: "reflow" }, element("thead", {}, element("tr", {}, ...titles)), element("tbody", {}, ...lines));
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": words["label"] ?? "" }, made);
}

function cell(value: Cell | undefined): Node | string {
  if (!value) return "";
  return value.type === "uri" ? element("a", { href: place(value.value), title: value.value }, name(value.value)) : value.value;
}
