// The chart's island: zoom, walking by arrow keys, what is related to a box brought out, filters that act at once, PNG.
// All that the page says and where it leads is there without it.

const figure = document.getElementById("chart");
const svg = figure?.querySelector("svg");
if (figure && svg) start(figure, svg);

document.querySelectorAll<HTMLFormElement>("#chart-form").forEach((form) =>
  form.querySelectorAll<HTMLElement>("select, input[type=checkbox]").forEach((field) => field.addEventListener("change", () => form.requestSubmit())),
);

function start(figure: HTMLElement, svg: SVGSVGElement): void {
  const canvas = figure.querySelector<HTMLElement>(".canvas")!;
  const natural = { width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height };
  let scale = 1;

  const zoom = (to: number): void => {
    const middle = { x: (canvas.scrollLeft + canvas.clientWidth / 2) / scale, y: (canvas.scrollTop + canvas.clientHeight / 2) / scale };
    scale = Math.min(3, Math.max(0.1, to));
    svg.setAttribute("width", String(natural.width * scale));
    svg.setAttribute("height", String(natural.height * scale));
    canvas.scrollTo(middle.x * scale - canvas.clientWidth / 2, middle.y * scale - canvas.clientHeight / 2);
  };
  const fit = (): void => zoom(Math.min(1, canvas.clientWidth / natural.width));

  const tools = document.createElement("div");
  tools.className = "tools";
  const tool = (name: string, act: () => void): void => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", act);
    tools.append(button);
  };
  tool(figure.dataset["zoomIn"] ?? "+", () => zoom(scale * 1.25));
  tool(figure.dataset["zoomOut"] ?? "−", () => zoom(scale / 1.25));
  tool(figure.dataset["fit"] ?? "1:1", fit);
  tool(figure.dataset["png"] ?? "PNG", () => void save(svg, natural));
  canvas.before(tools);
  fit();

  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
  }, { passive: false });
  figure.addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") zoom(scale * 1.25);
    else if (event.key === "-") zoom(scale / 1.25);
    else if (event.key.startsWith("Arrow")) walk(svg, event);
  });
  bringOut(figure, svg);
  const focus = svg.querySelector<SVGAElement>(".focus");
  if (focus) canvas.scrollTo(middle(focus).x * scale - canvas.clientWidth / 2, middle(focus).y * scale - canvas.clientHeight / 2);
}

/** Moves to the nearest box in the direction of an arrow key. */
function walk(svg: SVGSVGElement, event: KeyboardEvent): void {
  const here = document.activeElement?.closest<SVGAElement>(".box");
  if (!here) return;
  const way = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
  if (!way) return;
  event.preventDefault();
  const from = middle(here);
  let best: { box: SVGAElement; cost: number } | undefined;
  for (const box of svg.querySelectorAll<SVGAElement>(".box")) {
    const at = middle(box);
    const ahead = (at.x - from.x) * way[0]! + (at.y - from.y) * way[1]!;
    const aside = Math.abs((at.x - from.x) * way[1]!) + Math.abs((at.y - from.y) * way[0]!);
    if (box !== here && ahead > 4 && (!best || ahead + 2 * aside < best.cost)) best = { box, cost: ahead + 2 * aside };
  }
  best?.box.focus();
}

function middle(box: SVGAElement): { x: number; y: number } {
  const { x, y, width, height } = box.querySelector("rect")!.getBBox();
  return { x: x + width / 2, y: y + height / 2 };
}

/** Marks the arrows at the box that is pointed at or has the focus, and the boxes at their other ends. */
function bringOut(figure: HTMLElement, svg: SVGSVGElement): void {
  const bonds = [...svg.querySelectorAll<SVGPathElement>(".bond")];
  const boxes = new Map([...svg.querySelectorAll<SVGAElement>(".box")].map((box) => [box.dataset["id"] ?? "", box]));
  const show = (id: string | undefined): void => {
    figure.classList.toggle("lit", id !== undefined);
    svg.querySelectorAll(".near").forEach((part) => part.classList.remove("near"));
    if (id === undefined) return;
    boxes.get(id)?.classList.add("near");
    for (const bond of bonds) {
      const { from, to } = bond.dataset;
      if (from !== id && to !== id) continue;
      bond.classList.add("near");
      for (const end of [from, to]) boxes.get(end ?? "")?.classList.add("near");
    }
  };
  for (const [id, box] of boxes) {
    box.addEventListener("pointerenter", () => show(id));
    box.addEventListener("pointerleave", () => show(undefined));
    box.addEventListener("focus", () => show(id));
    box.addEventListener("blur", () => show(undefined));
  }
}

/** Saves the picture as it looks: a copy with its styles written into it, drawn on a canvas. */
async function save(svg: SVGSVGElement, natural: { width: number; height: number }): Promise<void> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const parts = [...svg.querySelectorAll<SVGElement>("path, rect, text, circle")];
  [...copy.querySelectorAll<SVGElement>("path, rect, text, circle")].forEach((part, n) => {
    const style = getComputedStyle(parts[n]!);
    for (const name of ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-weight", "font-size", "opacity"]) part.setAttribute(name, style.getPropertyValue(name));
  });
  copy.setAttribute("width", String(natural.width));
  copy.setAttribute("height", String(natural.height));
  const image = new Image();
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
  await image.decode();
  const sheet = document.createElement("canvas");
  const double = natural.width * natural.height > 20_000_000 ? 1 : 2;
  sheet.width = natural.width * double;
  sheet.height = natural.height * double;
  const pen = sheet.getContext("2d")!;
  pen.fillStyle = getComputedStyle(svg.parentElement!).backgroundColor;
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(image, 0, 0, sheet.width, sheet.height);
  const link = document.createElement("a");
  link.download = "styrgraf.png";
  link.href = sheet.toDataURL("image/png");
  link.click();
}
