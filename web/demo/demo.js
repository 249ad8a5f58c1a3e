"use strict";

/** A shop that sells nothing: a page with enough life in it to be worth recording. */

/** The recorder takes calls that are made before it is there. */
window.tapedeck = window.tapedeck || [];

const base = document.body.dataset.base;
const byId = (id) => document.getElementById(id);
const price = (amount) => `€ ${amount.toFixed(2)}`;

const cart = [];
let products = [];

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function showView() {
  const wanted = location.hash.slice(2) || "shop";
  for (const section of document.querySelectorAll("[data-view]")) {
    section.hidden = section.dataset.view !== wanted;
  }
  for (const link of document.querySelectorAll("[data-view-link]")) {
    if (link.dataset.viewLink === wanted) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
}

function showProducts() {
  const by = byId("sort").value;
  const sorted = [...products].sort((a, b) => (a[by] < b[by] ? -1 : 1));
  byId("products").replaceChildren(
    ...sorted.map((product) => {
      const item = element("li", "");
      const add = element("button", `Add ${product.name}`);
      add.type = "button";
      add.addEventListener("click", () => addToCart(product));
      item.append(
        element("strong", product.name),
        element("span", product.about),
        element("span", price(product.price)),
        add,
      );
      return item;
    }),
  );
}

function addToCart(product) {
  cart.push(product);
  byId("cart").append(element("li", `${product.name}, ${price(product.price)}`));
  byId("cart-count").textContent = String(cart.length);
  byId("total").textContent = price(cart.reduce((sum, { price: each }) => sum + each, 0));
  window.tapedeck.push(["track", "added to cart", { product: product.id, items: cart.length }]);
}

async function loadProducts() {
  byId("load-state").textContent = "Loading…";
  const response = await fetch(`${base}/demo/products.json?visitor=4711`);
  products = await response.json();
  showProducts();
  byId("load-state").textContent = `${products.length} kinds of tape`;
}

byId("watch").addEventListener("click", (event) => {
  const address = window.tapedeck.sessionUrl?.();
  if (address) {
    event.currentTarget.href = address;
  }
});
byId("load").addEventListener("click", loadProducts);
byId("sort").addEventListener("change", showProducts);
byId("order").addEventListener("submit", (event) => {
  event.preventDefault();
  window.tapedeck.push(["track", "order placed", { items: cart.length }]);
  history.pushState({}, "", `?order=${Date.now()}#/checkout`);
  byId("thanks").showModal();
});
byId("close").addEventListener("click", () => byId("thanks").close());

byId("log").addEventListener("click", () => console.log("A tape was wound", { side: "B", minutes: 45 }));
byId("console-error").addEventListener("click", () =>
  console.error("The tape is stuck", new Error("Capstan jammed")),
);
byId("throw").addEventListener("click", () => {
  throw new TypeError("The tape has snapped");
});
byId("reject").addEventListener("click", () => void Promise.reject(new Error("The head is dirty")));
byId("missing").addEventListener("click", () => fetch(`${base}/demo/no-such-tape.json?side=c`));

byId("stack").append(...Array.from({ length: 60 }, (_, index) => element("p", `Tape ${index + 1}`)));
window.addEventListener("hashchange", showView);
showView();
