// @vitest-environment jsdom
import { expect, test } from "vitest";
import { byTestId, draw, drawsInJsdom, serve } from "../../test/rendering";
import { EmptyState } from "../EmptyState";

drawsInJsdom();

const text = () => byTestId("empty-state").textContent;

function serveTo(role: "admin" | "viewer", demo: object | number) {
  return serve(({ path }) => {
    if (path.endsWith("/demo")) return demo;
    return path.endsWith("/me") ? { name: "ada", role } : { keys: [], snippet: "<script>" };
  });
}

test("the demo page is offered where it records", async () => {
  serveTo("admin", {});
  await draw(<EmptyState project="default" />);
  expect(text()).toContain("demo page");
  expect(text()).toContain("Paste this");

  await draw(<EmptyState project="shop" />);
  expect(text()).not.toContain("demo page");
});

test("a demo page that the server does not have is not offered", async () => {
  const asked = serveTo("admin", 404);
  await draw(<EmptyState project="default" />);

  expect(asked.map(({ method, path }) => `${method} ${path}`)).toContain("HEAD /demo");
  expect(text()).not.toContain("demo page");
});

test("who sees no snippet is not told to paste it", async () => {
  serveTo("viewer", {});
  await draw(<EmptyState project="default" />);

  expect(text()).not.toContain("Paste this");
  expect(text()).toContain("An admin of this Tapedeck can see the snippet here.");
});
