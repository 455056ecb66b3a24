// The editor on the SPARQL page: YASQE with our prefixes and terms, YASR with our own tables, charts and graphs.
// The page works without it: the form that it replaces asks the same.
import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import "./sparql.css";
import { completers, type Known } from "./results/completing";
import { Chart } from "./results/chart";
import { Graph } from "./results/graph";
import { Table } from "./results/table";

const { Yasqe, Yasr } = Yasgui;

function start(form: HTMLFormElement): void {
  const area = form.querySelector("textarea");
  const results = document.getElementById("results");
  const known = JSON.parse(document.getElementById("known")?.textContent ?? "{}") as Known;
  if (!area || !results) return;
  const told = form.dataset;
  const endpoint = new URL(told["endpoint"] ?? "/sparql", location.href).href;

  Yasqe.defaults.autocompleters = [];
  for (const completer of completers(known)) Yasqe.registerAutocompleter(completer, true);
  const place = document.createElement("div");
  area.after(place);
  area.hidden = true;
  const yasqe = new Yasqe(place, {
    persistenceId: null,
    requestConfig: { endpoint, method: "POST", headers: () => ({ "Accept-Language": known.lang }) },
    createShareableLink: (editor: { getValue(): string }) => shared(editor.getValue()),
    showQueryButton: false,
    resizeable: false,
  });
  yasqe.setValue(area.value);
  yasqe.addKeyMap({ Tab: false, "Shift-Tab": false }); // the keyboard gets out of the editor as it came in
  label(place, told["label"] ?? "");

  for (const name of ["table", "Table"]) delete Yasr.plugins[name];
  Yasr.registerPlugin("table", Table as never);
  Yasr.registerPlugin("chart", Chart as never);
  Yasr.registerPlugin("graph", Graph as never);
  const answer = document.createElement("div");
  const yasr = new Yasr(answer, {
    persistenceId: null,
    pluginOrder: ["table", "chart", "graph", "response", "boolean"],
    defaultPlugin: "table",
    prefixes: known.prefixes,
  });
  yasqe.on("queryResponse", (_: unknown, response: unknown, duration: number) => yasr.setResponse(response, duration));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    results.replaceChildren(answer);
    history.replaceState(null, "", shared(yasqe.getValue()));
    void yasqe.query().catch(() => undefined); // the results tell what is wrong
  });
  if (new URLSearchParams(location.search).get("query")) form.requestSubmit();
}

function shared(query: string): string {
  const url = new URL(location.href);
  url.searchParams.delete("example");
  url.searchParams.set("query", query);
  return url.href;
}

// CodeMirror's own input has no name for whoever hears the page; its scrolled part is reached by keyboard through it.
function label(place: HTMLElement, words: string): void {
  place.querySelector("textarea")?.setAttribute("aria-label", words);
  for (const image of place.querySelectorAll("svg")) image.setAttribute("aria-hidden", "true");
}

const form = document.getElementById("editor");
if (form instanceof HTMLFormElement) start(form);
