// The diagram editor of bpmn.io with everything that a process owner needs of it.
import { CloudElementTemplatesPropertiesProviderModule } from "bpmn-js-element-templates";
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from "bpmn-js-properties-panel";
import { CreateAppendAnythingModule, CreateAppendElementTemplatesModule } from "bpmn-js-create-append-anything";
import { VariableProvider, ZeebeVariableResolverModule } from "@bpmn-io/variable-resolver";
import BpmnModeler from "bpmn-js/lib/Modeler";
import CloudBehaviors from "camunda-bpmn-js-behaviors/lib/camunda-cloud";
import ColorPicker from "bpmn-js-color-picker";
import ElementTemplateChooser from "@bpmn-io/element-template-chooser";
import Minimap from "diagram-js-minimap";
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json";
import { lintModule } from "./diagram-lint.js";
import { pickersModule } from "./diagram-pickers.js";
import { translateModule } from "./translate/say.js";

/** An editor in these two elements; pickers are what the server offers to choose from. */
export function makeModeler(canvas, panel, pickers) {
  const modeler = new BpmnModeler({
    container: canvas,
    propertiesPanel: { parent: panel },
    debounceInput: false, // else what was typed last may be missing from a save
    moddleExtensions: { zeebe },
    luzhiPickers: pickers,
    additionalModules: [
      translateModule,
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      ZeebePropertiesProviderModule,
      CloudElementTemplatesPropertiesProviderModule,
      ElementTemplateChooser,
      CreateAppendAnythingModule,
      CreateAppendElementTemplatesModule,
      CloudBehaviors,
      ZeebeVariableResolverModule,
      functionsModule(pickers.functions ?? []),
      Minimap,
      ColorPicker,
      lintModule,
      pickersModule,
    ],
  });
  modeler.get("elementTemplatesLoader").setTemplates(pickers.templates ?? []);
  return modeler;
}

/** The working-day functions of this system, offered where FEEL is typed. */
function functionsModule(functions) {
  class Functions extends VariableProvider {
    getVariables() {
      return functions.map(({ id, label, parameters }) => ({
        name: id, type: "Function", detail: `(${parameters.join(", ")})`, info: label, isList: false,
      }));
    }
  }
  Functions.$inject = ["variableResolver"];
  return { __init__: ["luzhiFunctions"], luzhiFunctions: ["type", Functions] };
}
