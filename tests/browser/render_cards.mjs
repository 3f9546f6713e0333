// Pictures of cards: the official renderer with Teams' host configs, in headless Chromium.
//
//   npm install --prefix tests/browser
//   python tests/browser/dump_cards.py build/cards en fr zh-CN
//   node tests/browser/render_cards.mjs build/cards
//
// Reads <folder>/*.json, writes <folder>/<name>-light.png and -dark.png. CHROMIUM names another browser.
// Cards with charts come twice: as Teams draws them, roughly, and as <name>-tables for clients that cannot.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = resolve(process.argv[2] ?? "build/cards");
const wanted = process.argv.slice(3);
const here = dirname(fileURLToPath(import.meta.url));
const modules = join(process.env.NODE_MODULES ?? join(here, "node_modules"));
const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
const WIDTH = 480;
const themes = { light: "#ffffff", dark: "#292929" };
const scratch = mkdtempSync(join(tmpdir(), "cards-"));

const asset = (path) => pathToFileURL(join(modules, path)).href;
const inline = (value) => JSON.stringify(value).replaceAll("<", "\\u003c");

const charts = readFileSync(join(here, "charts.js"), "utf8");
const TABLES = "-tables";

function page(theme, cards) {
  const config = JSON.parse(
    readFileSync(join(modules, `adaptivecards-designer/lib/hostConfigs/microsoft-teams-${theme}.json`), "utf8"),
  );
  return `<!doctype html><meta charset="utf-8">
<link rel="stylesheet" href="${asset("adaptivecards/dist/adaptivecards.css")}">
<style>
  body { margin: 0; background: ${themes[theme]}; font-family: "Segoe UI", "Noto Sans CJK SC", sans-serif }
  .card { width: ${WIDTH - 24}px; padding: 12px }
  .ac-pushButton { padding: 6px 12px; border-radius: 4px; border: 1px solid #8a8a8a; margin: 2px;
                   background: transparent; color: inherit }
  .card, .ac-pushButton, label { color: ${theme === "dark" ? "#fff" : "#242424"} }
  input, textarea, select { width: 100%; box-sizing: border-box; padding: 6px }
  input[type=checkbox] { width: auto }
</style>
<script src="${asset("adaptivecards/dist/adaptivecards.min.js")}"></script>
<script src="${asset("markdown-it/dist/markdown-it.min.js")}"></script>
<body><script>
  const markdown = window.markdownit();
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown.render(text); result.didProcess = true;
  };
  const knowsNoCharts = new AdaptiveCards.CardObjectRegistry();
  AdaptiveCards.GlobalRegistry.defaultElements.copyTo(knowsNoCharts);
  { ${charts} }
  for (const [name, json] of ${inline(cards)}) {
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = new AdaptiveCards.HostConfig(${inline(config)});
    const context = new AdaptiveCards.SerializationContext();
    if (name.endsWith("${TABLES}")) context.setElementRegistry(knowsNoCharts);
    card.parse(json, context);
    const problems = [...Array(context.eventCount).keys()].map((at) => context.getEventAt(at).message)
      .filter((message) => !(name.endsWith("${TABLES}") && message.includes("Chart.")));
    const box = document.createElement("div");
    box.className = "card";
    box.append(card.render());
    document.body.append(box);
    box.dataset.name = name;
    box.dataset.problems = problems.concat(card.validateProperties().validationEvents.map((e) => e.message)).join("; ");
    box.dataset.height = Math.ceil(box.getBoundingClientRect().height);
  }
</script></body>`;
}

function run(theme, cards, ...flags) {
  const file = join(scratch, "page.html");
  writeFileSync(file, page(theme, cards));
  const always = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                  "--hide-scrollbars", "--allow-file-access-from-files"];
  return execFileSync(chromium, [...always, ...flags, pathToFileURL(file).href],
                      { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 26 });
}

const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
const cards = files
  .map((file) => [basename(file, ".json"), JSON.parse(readFileSync(join(folder, file), "utf8"))])
  .filter(([name]) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .flatMap(([name, card]) =>
    JSON.stringify(card).includes('"Chart.') ? [[name, card], [name + TABLES, card]] : [[name, card]]);

// One run measures every card, so that each picture is exactly as tall as its card.
const dom = run("light", cards, `--window-size=${WIDTH},800`, "--dump-dom");
let failed = 0;
for (const [name, card] of cards) {
  const tag = dom.match(new RegExp(`<div class="card" data-name="${name}"[^>]*>`))?.[0] ?? "";
  const problems = tag.match(/data-problems="([^"]*)"/)?.[1];
  const height = Number(tag.match(/data-height="(\d+)"/)?.[1]);
  if (!height || problems) {
    failed += 1;
    console.error(`${name}: ${problems || "not rendered"}`);
  }
  for (const theme of Object.keys(themes)) {
    const picture = join(folder, `${name}-${theme}.png`);
    // Headless Chromium keeps some of the window for itself.
    run(theme, [[name, card]], `--window-size=${WIDTH},${(height || 400) + 90}`, `--screenshot=${picture}`);
  }
}
console.log(`${cards.length} cards, ${failed} with problems, pictures in ${folder}`);
process.exit(failed ? 1 : 0);
