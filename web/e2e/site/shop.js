// A page with a router of its own, a form, requests and errors, for recorders of every kind.
const view = document.getElementById("view");
const news = document.getElementById("news");

const views = {
  shelf: () =>
    `<h1>Shelf</h1><div class="shelf">${Array.from(
      { length: 60 },
      (_, index) =>
        `<article id="tea-${index}"><b>Tea ${index}</b> <button type="button">Add</button></article>`,
    ).join("")}</div>`,
  orders: () =>
    `<h1>Orders</h1><table><tbody>${Array.from(
      { length: 40 },
      (_, index) => `<tr><td>${index}</td><td>Čaj č. ${index}</td><td>${(index * 7) % 13} kg</td></tr>`,
    ).join("")}</tbody></table>`,
};

function show(route) {
  view.innerHTML = (views[route] ?? views.shelf)();
}

document.addEventListener("click", (event) => {
  const route = event.target.dataset?.route;
  if (route) {
    event.preventDefault();
    history.pushState(null, "", `/${route}`);
    show(route);
  } else if (event.target.closest("article")) {
    event.target.closest("article").classList.toggle("chosen");
  }
});
document.getElementById("checkout").addEventListener("submit", (event) => {
  event.preventDefault();
  say("Paid");
});
document.getElementById("log").addEventListener("click", () => console.error("The kettle is cold"));
document.getElementById("throw").addEventListener("click", () => {
  throw new Error("The pot is broken");
});
document.getElementById("fetch").addEventListener("click", async () => {
  const answer = await fetch("/site/no-such-tea.json");
  say(`Fetched: ${answer.status}`);
});

function say(text) {
  const item = document.createElement("li");
  item.textContent = text;
  news.append(item);
}

show(location.pathname.slice(1));
