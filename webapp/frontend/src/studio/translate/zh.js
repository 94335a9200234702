// Chinese for everything that the diagram editor's packages say in English.
import drawing from "./zh-drawing.js";
import panel from "./zh-panel.js";
import simulation from "./zh-simulation.js";

export default { ...simulation, ...panel, ...drawing };
