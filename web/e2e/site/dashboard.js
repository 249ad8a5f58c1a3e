"use strict";

/** Fills the dashboard with as many nodes as a large back office has, and moves them about on demand. */

const byId = (id) => document.getElementById(id);
const PLACES = ["Oslo", "Porto", "Gdansk", "Trieste", "Cork", "Malmö"];
const GOODS = ["tea", "tin", "paper", "glass", "cork", "tapes"];

const html = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.append(...children);
  return element;
};

function row(number) {
  const cells = [
    number,
    PLACES[number % 6],
    GOODS[(number * 7) % 6],
    (number * 37) % 1000,
    number % 3 ? "under way" : "there",
  ];
  return html(
    "tr",
    { "data-number": number, class: number % 3 ? "" : "table-success" },
    ...cells.map((cell) => html("td", {}, html("span", { class: "cell" }, String(cell)))),
  );
}

class Gauge extends HTMLElement {
  static observedAttributes = ["level"];

  connectedCallback() {
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const style = document.createElement("style");
    style.textContent = "p { font-weight: bold }";
    shadow.append(style, html("p", { part: "label" }, `Level ${this.getAttribute("level")}`));
  }

  attributeChangedCallback(_, __, level) {
    const label = this.shadowRoot?.querySelector("p");
    if (label) {
      label.textContent = `Level ${level}`;
    }
  }
}

byId("rows").append(...Array.from({ length: 500 }, (_, number) => row(number)));
byId("tiles").append(
  ...Array.from({ length: 8 }, (_, index) =>
    html(
      "div",
      { class: "col-3" },
      html("div", { class: "small-box text-bg-primary" }, html("h3", {}, `${index * 13}`)),
    ),
  ),
);
byId("menu").append(
  ...Array.from({ length: 12 }, (_, index) =>
    html(
      "li",
      { class: "nav-item" },
      html("a", { href: "#", class: "nav-link" }, html("p", {}, `Section ${index}`)),
      html(
        "ul",
        { class: "nav nav-treeview" },
        html("li", { class: "nav-item" }, html("a", { href: "#", class: "nav-link" }, `Page ${index}`)),
      ),
    ),
  ),
);
customElements.define("x-gauge", Gauge);

const NS = "http://www.w3.org/2000/svg";
function bars(factor) {
  byId("bars").replaceChildren(
    ...Array.from({ length: 20 }, (_, index) => {
      const bar = document.createElementNS(NS, "rect");
      const height = ((index * factor) % 50) + 5;
      Object.entries({ x: index * 10, y: 60 - height, width: 8, height, fill: "teal" }).forEach(
        ([key, value]) => bar.setAttribute(key, value),
      );
      return bar;
    }),
  );
}
bars(7);

byId("sort").addEventListener("click", () => {
  const weight = (tr) => Number(tr.cells[3].textContent);
  byId("rows").append(...[...byId("rows").rows].sort((a, b) => weight(a) - weight(b)));
});
byId("replace").addEventListener("click", () => {
  [...byId("rows").rows].filter((_, index) => index % 2).forEach((tr) => tr.remove());
  byId("rows").prepend(...Array.from({ length: 40 }, (_, index) => row(1_000 + index)));
  byId("rows").rows[50].replaceWith(row(2_000));
  bars(11);
});
byId("fetch").addEventListener("click", async () => {
  const stats = await (await fetch("/site/stats.json?customer=7")).json();
  byId("log").append(...stats.lines.map((line) => html("p", { class: "mb-0" }, line)));
});
byId("dialog-close").addEventListener("click", () => byId("dialog").close());

/** What a test calls for: changes that no click of a visitor makes. */
window.dashboard = {
  restyle() {
    const sheet = byId("page-style").sheet;
    sheet.insertRule(".cell { letter-spacing: 1px }", 0);
    const adopted = new CSSStyleSheet();
    adopted.replaceSync("h1 { color: rgb(10, 20, 30) }");
    document.adoptedStyleSheets = [adopted];
    byId("tiles").style.setProperty("opacity", "0.9");
    byId("tiles").firstElementChild.style.cssText = "border: 1px solid red; padding: 3px";
  },
  rearrange() {
    byId("gauge").setAttribute("level", "9");
    byId("tiles").append(byId("tiles").firstElementChild);
    byId("log").append(byId("details"));
    byId("overview").firstChild.textContent = "Overview, rearranged";
    byId("overview").toggleAttribute("data-busy");
    document.documentElement.dataset.bsTheme = "dark";
    const fragment = html(
      "section",
      { id: "late" },
      html("div", {}, html("p", {}, "one "), "two ", html("i", {}, "three")),
    );
    byId("form").after(fragment);
    fragment.firstChild.append(fragment.firstChild.firstChild, "four");
    byId("frame").contentDocument.getElementById("terms").textContent = "Terms, changed";
    byId("menu").lastElementChild.remove();
  },
  ask() {
    byId("dialog").showModal();
  },
};
