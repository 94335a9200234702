// Stands in for @bpmn-io/feelers-editor in the properties panel of diagrams (bundling/slim.mjs): nothing there uses it.

export class FeelersEditor {
  constructor() {
    throw new Error("the editor of texts with FEEL is not part of the diagram editor");
  }
}
