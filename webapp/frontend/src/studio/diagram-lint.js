// Lint as one draws: bpmnlint with the rules of .bpmnlintrc, once after a change has settled; badges on the elements
// by bpmn-js-bpmnlint, its findings in the words of the page (lint-words.js).
import Linting from "bpmn-js-bpmnlint";
import { Linter } from "bpmnlint";
import rules from "luzhi:lint-rules";
import { inWords } from "./lint-words.js";

const SETTLED = 120; // milliseconds without a change

class Lint {
  constructor(linting, eventBus, bpmnjs) {
    const update = linting.update.bind(linting);
    let timer = 0;
    linting.update = () => {
      clearTimeout(timer);
      timer = setTimeout(update, SETTLED);
    };
    linting.lint = async () => {
      const started = performance.now();
      // a linter of its own each time: some rules remember what they saw, and would find it twice
      const found = await new Linter(rules).lint(bpmnjs.getDefinitions());
      for (const [rule, reports] of Object.entries(found)) {
        for (const report of reports) report.message = inWords(rule, report);
      }
      performance.measure("luzhi:lint", { start: started });
      return found;
    };
    eventBus.once("diagram.destroy", () => clearTimeout(timer));
    linting._active = true;
    linting.setLinterConfig(rules);
  }
}
Lint.$inject = ["linting", "eventBus", "bpmnjs"];

export const lintModule = {
  __depends__: [Linting],
  __init__: ["luzhiLint"],
  luzhiLint: ["type", Lint],
};
