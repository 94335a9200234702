// Opens files as Camunda Modeler does (moddle with the Zeebe and modeler words) and writes what it would save.
//   node test/round-trip.mjs OUT FILE…     every warning is printed, a file that cannot be read is told by name
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { BpmnModdle } from "bpmn-moddle";
import { DmnModdle } from "dmn-moddle";
import decisions from "modeler-moddle/resources/dmn-modeler.json" with { type: "json" };
import modeler from "modeler-moddle/resources/modeler.json" with { type: "json" };
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json" with { type: "json" };

const [out, ...files] = process.argv.slice(2);
const found = [];
for (const file of files) {
  const text = readFileSync(file, "utf8");
  const moddle = file.endsWith(".dmn") ? new DmnModdle({ modeler: decisions }) : new BpmnModdle({ zeebe, modeler });
  try {
    const { rootElement, warnings } = await moddle.fromXML(text, file.endsWith(".dmn") ? "dmn:Definitions" : "bpmn:Definitions");
    const { xml } = await moddle.toXML(rootElement, { format: true });
    writeFileSync(join(out, basename(file)), xml);
    found.push({ file: basename(file), warnings: warnings.map((warning) => warning.message) });
  } catch (error) {
    found.push({ file: basename(file), failed: String(error.message), warnings: [] });
  }
}
console.log(JSON.stringify(found));
