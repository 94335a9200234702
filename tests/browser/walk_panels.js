// Walks through every panel, menu and tool of the diagram editor and gathers what is not in Chinese.
async () => {
  const root = document.getElementById("editor"), editor = root.editor;
  const get = (name) => editor.get(name);
  const modeling = get("modeling"), factory = get("elementFactory"), selection = get("selection");
  const wait = (ms = 0) => new Promise((done) => setTimeout(done, ms));
  const english = new Set();
  const ALLOWED = /^(BPMN|FEEL|DMN|JSON|XML|SVG|PNG|BPMN\.iO|Powered by bpmn\.io)$/;
  const told = (text) => {
    const one = text.trim();
    if (!one || /[\u4e00-\u9fff]/.test(one) || !/[A-Za-z]{3,}/.test(one) || ALLOWED.test(one)) return;
    if (/^=|^[^ ]*[_@./\d][^ ]*$/.test(one)) return; // FEEL, ids, types of verbs
    english.add(one);
  };
  const read = () => {
    for (const place of document.querySelectorAll("[data-canvas], [data-panel], [data-walk], .djs-popup, .bio-properties-panel-popup")) {
      const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (!parent.closest("svg, code, pre, style, .cm-content, textarea, .rule")) told(walker.currentNode.data);
      }
      for (const each of place.querySelectorAll("[title], [placeholder], [aria-label], [alt]")) {
        for (const name of ["title", "placeholder", "aria-label", "alt"]) {
          if (!each.closest("svg .djs-group, .cm-editor")) told(each.getAttribute(name) ?? "");
        }
      }
    }
  };
  const open = () => document.querySelectorAll("[data-panel] .bio-properties-panel-group-header:not(.open), [data-panel] .bio-properties-panel-collapsible-entry-header:not(.open)").forEach((each) => each.click());
  const close = () => get("popupMenu").close();
  const rootElement = get("canvas").getRootElement();
  const linting = get("linting"), update = linting.update;
  linting.update = () => {}; // once at the end is enough
  const KINDS = ["Message", "Timer", "Error", "Escalation", "Signal", "Conditional", "Link", "Compensate", "Terminate", "Cancel"];
  const allowed = {
    "bpmn:StartEvent": ["Message", "Timer", "Signal", "Conditional"], "bpmn:EndEvent": ["Message", "Error", "Escalation", "Signal", "Compensate", "Terminate"],
    "bpmn:IntermediateCatchEvent": ["Message", "Timer", "Signal", "Conditional", "Link"], "bpmn:IntermediateThrowEvent": ["Message", "Escalation", "Signal", "Link", "Compensate"],
    "bpmn:BoundaryEvent": ["Message", "Timer", "Error", "Escalation", "Signal", "Conditional", "Compensate"],
  };
  const wanted = ["Task", "UserTask", "ServiceTask", "SendTask", "ReceiveTask", "ScriptTask", "BusinessRuleTask", "ManualTask", "CallActivity",
    "ExclusiveGateway", "ParallelGateway", "InclusiveGateway", "EventBasedGateway", "DataObjectReference", "DataStoreReference",
    "TextAnnotation", "Group", "SubProcess", "AdHocSubProcess", "Transaction"].map((type) => ({ type: "bpmn:" + type }));
  wanted.push({ type: "bpmn:SubProcess", triggeredByEvent: true, isExpanded: true });
  for (const [type, kinds] of Object.entries(allowed)) {
    if (type !== "bpmn:BoundaryEvent" && type !== "bpmn:IntermediateCatchEvent") wanted.push({ type });
    for (const kind of kinds) wanted.push({ type, eventDefinitionType: "bpmn:" + kind + "EventDefinition" });
  }
  const host = modeling.createShape(factory.createShape({ type: "bpmn:UserTask" }), { x: 200, y: 900 }, rootElement);
  const shapes = [];
  let n = 0;
  for (const attributes of wanted) {
    n += 1;
    const shape = factory.createShape(attributes);
    const at = { x: 150 + (n % 10) * 160, y: 100 + Math.floor(n / 10) * 160 };
    shapes.push(attributes.type === "bpmn:BoundaryEvent"
      ? modeling.createShape(shape, { x: 200, y: 940 }, host, { attach: true })
      : modeling.createShape(shape, at, rootElement));
  }
  const of = (type) => shapes.find((each) => each.type === type);
  const flow = modeling.connect(of("bpmn:ExclusiveGateway"), of("bpmn:UserTask"));
  const loop = get("bpmnFactory").create("bpmn:MultiInstanceLoopCharacteristics");
  modeling.updateProperties(of("bpmn:ServiceTask"), { loopCharacteristics: loop });
  const look = async (element) => {
    selection.select(element);
    await wait(25);
    open();
    await wait(25);
    for (const plus of document.querySelectorAll("[data-panel] .bio-properties-panel-add-entry")) plus.click();
    await wait(25);
    open();
    await wait(25);
    read();
  };
  for (const shape of [rootElement, ...shapes, flow]) {
    await look(shape);
    if (!shape.businessObject || shape === rootElement) continue;
    get("contextPad").open(shape);
    read();
    for (const menu of ["bpmn-replace", "bpmn-append", "color-picker"]) {
      if (get("popupMenu").isEmpty(shape, menu)) continue;
      get("popupMenu").open(shape, menu, { x: 300, y: 300 }, { width: 300, search: true });
      await wait(15);
      read();
      close();
    }
  }
  // kinds of a timer, of a form and of a binding; a message, a signal and an error of one's own
  for (const shape of shapes) {
    if (!/Event|UserTask|BusinessRule|CallActivity|ScriptTask/.test(shape.type)) continue;
    selection.select(shape);
    await wait(15);
    open();
    await wait(15);
    for (const name of [...document.querySelectorAll("[data-panel] select")].map((each) => each.name)) {
      const values = [...(document.querySelector(`[data-panel] select[name="${name}"]`)?.options ?? [])].map(({ value }) => value);
      if (values.length > 8 || /luzhi/.test(name)) continue;
      for (const value of values) {
        const list = document.querySelector(`[data-panel] select[name="${name}"]`);
        if (!list) break;
        list.value = value;
        list.dispatchEvent(new Event("change", { bubbles: true }));
        list.dispatchEvent(new Event("input", { bubbles: true }));
        await wait(10);
        open();
        await wait(10);
        read();
      }
    }
  }
  selection.select(shapes.slice(0, 3));
  get("contextPad").open(shapes.slice(0, 3));
  await wait(30);
  read();
  get("popupMenu").open(shapes.slice(0, 3), "align-elements", { x: 300, y: 300 });
  await wait(15);
  read();
  close();
  get("popupMenu").open(rootElement, "bpmn-create", { x: 300, y: 300 }, { width: 300, search: true });
  await wait(15);
  read();
  close();
  const task = of("bpmn:ServiceTask");
  selection.select(task);
  get("elementTemplates").applyTemplate(task, get("elementTemplates").get("luzhi.announcements.publish"));
  await look(get("elementRegistry").get(task.id) ?? task);
  get("eventBus").fire("elementTemplates.select", { element: of("bpmn:Task") });
  await wait(50);
  read();
  close();
  get("minimap").open();
  get("searchPad").open();
  await wait(300);
  read();
  get("searchPad").close();
  linting.update = update;
  linting.update();
  return { english: [...english].sort(), misses: [...root.misses].sort(), types: shapes.length };
}
