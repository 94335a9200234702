// Reading and writing what Zeebe keeps in bpmn:extensionElements, as one step that undo takes back whole.

/** The first extension element of this type, or undefined. */
export function extension(element, type) {
  const values = element.businessObject.get("extensionElements")?.get("values") ?? [];
  return values.find((each) => each.$type === type);
}

/** The value of a zeebe:property, or undefined. */
export function property(element, name) {
  return properties(element).find((each) => each.get("name") === name)?.get("value");
}

function properties(element) {
  return extension(element, "zeebe:Properties")?.get("properties") ?? [];
}

/** Set attributes of an extension element; it is made when it is not there. */
export function setExtension(injector, element, type, attributes) {
  const present = extension(element, type);
  if (present) return injector.get("modeling").updateModdleProperties(element, present, attributes);
  return add(injector, element, (holder) => made(injector, type, attributes, holder));
}

/** Set a zeebe:property, or take it away; where the last one goes, its list goes, too. */
export function setProperty(injector, element, name, value) {
  const list = extension(element, "zeebe:Properties");
  const present = properties(element).find((each) => each.get("name") === name);
  const modeling = injector.get("modeling");
  if (present && value !== undefined) return modeling.updateModdleProperties(element, present, { value });
  if (present) return remove(modeling, element, list, present);
  if (value === undefined) return undefined;
  if (list) {
    const one = made(injector, "zeebe:Property", { name, value }, list);
    return modeling.updateModdleProperties(element, list, { properties: [...list.get("properties"), one] });
  }
  return add(injector, element, (holder) => {
    const whole = made(injector, "zeebe:Properties", {}, holder);
    whole.properties = [made(injector, "zeebe:Property", { name, value }, whole)];
    return whole;
  });
}

function remove(modeling, element, list, present) {
  const left = list.get("properties").filter((each) => each !== present);
  if (left.length) return modeling.updateModdleProperties(element, list, { properties: left });
  const holder = element.businessObject.get("extensionElements");
  const values = holder.get("values").filter((each) => each !== list);
  return modeling.updateModdleProperties(element, holder, { values });
}

function add(injector, element, make) {
  const modeling = injector.get("modeling");
  const object = element.businessObject;
  const holder = object.get("extensionElements");
  if (holder) {
    return modeling.updateModdleProperties(element, holder, { values: [...holder.get("values"), make(holder)] });
  }
  const fresh = made(injector, "bpmn:ExtensionElements", {}, object);
  fresh.values = [make(fresh)];
  return modeling.updateModdleProperties(element, object, { extensionElements: fresh });
}

function made(injector, type, attributes, parent) {
  const created = injector.get("bpmnFactory").create(type, attributes);
  created.$parent = parent;
  return created;
}
