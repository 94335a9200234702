// Entries of the properties panel where one chooses instead of typing: forms, decisions, processes, roles and areas,
// messages, deadlines; and what this system keeps in `luzhi:` properties, each by its name.
import { SelectEntry, TextAreaEntry, TextFieldEntry } from "@bpmn-io/properties-panel";
import { isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited } from "@bpmn-io/properties-panel";
import { jsx } from "@bpmn-io/properties-panel/preact/jsx-runtime";
import { useService } from "bpmn-js-properties-panel";
import { is } from "bpmn-js/lib/util/ModelUtil";
import { candidates, place, readPlace, roleChoices, unread, writeGroups } from "./diagram-roles.js";
import { extension, property, setExtension, setProperty } from "./diagram-zeebe.js";

const atOnce = (change) => change; // what is typed counts at once: it is the draft that waits before it saves

/** A list to choose from; what is there now stays in it, known or not. */
function choice({ id, label, list, read, write, empty = true, description }) {
  const component = ({ element }) => {
    const translate = useService("translate");
    const injector = useService("injector");
    const options = () => withPresent(list(element, translate, injector), read(element), translate, empty);
    return jsx(SelectEntry, {
      element, id, label: translate(label), getOptions: options,
      description: description && translate(description),
      getValue: () => read(element) ?? "",
      setValue: (value) => write(element, value || undefined, injector),
    });
  };
  return { id, component, isEdited: isSelectEntryEdited };
}

function withPresent(offered, present, translate, empty) {
  const shown = [...offered];
  if (present && !offered.some(({ value }) => value === present)) {
    shown.unshift({ value: present, label: `${present} ${translate("(not in the list)")}` });
  }
  return empty ? [{ value: "", label: translate("<none>") }, ...shown] : shown;
}

function text({ id, label, read, write, area = false, description }) {
  const component = ({ element }) => {
    const translate = useService("translate");
    const injector = useService("injector");
    return jsx(area ? TextAreaEntry : TextFieldEntry, {
      element, id, label: translate(label), debounce: atOnce,
      description: description && translate(description),
      getValue: () => read(element) ?? "",
      setValue: (value) => write(element, value || undefined, injector),
    });
  };
  return { id, component, isEdited: area ? isTextAreaEntryEdited : isTextFieldEntryEdited };
}

const named = (rows) => rows.map(({ id, label }) => ({ value: id, label: label && label !== id ? `${label} (${id})` : id }));
const attribute = (type, name) => ({
  read: (element) => extension(element, type)?.get(name),
  write: (element, value, injector) => setExtension(injector, element, type, { [name]: value }),
});
const kept = (name) => ({
  read: (element) => property(element, name),
  write: (element, value, injector) => setProperty(injector, element, name, value),
});

export class Pickers {
  constructor(propertiesPanel, injector, translate, pickers) {
    Object.assign(this, { injector, translate, pickers: pickers ?? {} });
    propertiesPanel.registerProvider(400, this); // after the providers of Camunda and of the templates
  }

  getGroups(element) {
    return (groups) => {
      const put = (group, id, entry) => replaced(groups, group, id, entry);
      put("form", "formId", this.formId());
      put("calledElement", "targetProcessId", this.calledProcess());
      put("calledDecision", "decisionId", this.decision());
      put("message", "messageName", this.message(element));
      this.assignment(groups);
      this.timer(groups, element);
      const own = this.own(element);
      if (own.length) groups.splice(1, 0, { id: "luzhi", label: this.translate("Luzhi"), entries: own });
      return groups;
    };
  }

  formId() {
    return choice({ id: "formId", label: "Form", list: () => named(this.pickers.forms ?? []), ...attribute("zeebe:FormDefinition", "formId") });
  }

  calledProcess() {
    const list = () => named(this.pickers.processes ?? []);
    return choice({ id: "targetProcessId", label: "Called process", list, ...attribute("zeebe:CalledElement", "processId") });
  }

  decision() {
    const list = () => named(this.pickers.decisions ?? []);
    return choice({ id: "decisionId", label: "Decision", list, ...attribute("zeebe:CalledDecision", "decisionId") });
  }

  message(element) {
    const read = () => messageOf(element)?.get("name");
    const write = (_, value, injector) =>
      injector.get("modeling").updateModdleProperties(element, messageOf(element), { name: value });
    if (read() && !(this.pickers.messages ?? []).some(({ id }) => id === read())) return null; // a name of one's own
    return choice({ id: "messageName", label: "Message", list: () => named(this.pickers.messages ?? []), read, write });
  }

  assignment(groups) {
    const group = groups.find(({ id }) => id === "assignmentDefinition");
    if (!group) return;
    const at = group.entries.findIndex(({ id }) => id === "assignmentDefinitionCandidateGroups");
    const present = (element) => candidates(extension(element, "zeebe:AssignmentDefinition")?.get("candidateGroups"));
    const write = (change) => (element, value, injector) => {
      const [first = {}, ...others] = unread(present(element)) ? [] : present(element);
      const groupsNow = [{ ...first, ...change(value) }, ...others];
      setExtension(injector, element, "zeebe:AssignmentDefinition", { candidateGroups: writeGroups(groupsNow) });
    };
    const first = (element) => (unread(present(element)) ? undefined : present(element)[0]);
    group.entries.splice(Math.max(at, 0), 0,
      choice({
        id: "luzhiRole", label: "Role", list: () => roleChoices(this.pickers.roles ?? []),
        read: (element) => first(element)?.role, write: write((role) => ({ role })),
        description: "Who is offered the task; written below as candidate groups",
      }),
      choice({
        id: "luzhiArea", label: "Area or organisation", list: () => named(this.pickers.areas ?? []),
        read: (element) => readPlace(first(element)), write: write(place),
      }));
  }

  timer(groups, element) {
    const group = groups.find(({ id }) => id === "timer");
    const definition = (element.businessObject.eventDefinitions ?? []).find((each) => is(each, "bpmn:TimerEventDefinition"));
    const kind = ["timeDate", "timeDuration", "timeCycle"].find((name) => definition?.get(name));
    if (!group || !kind) return;
    group.entries.push(choice({
      id: "luzhiDeadline", label: "Take over a deadline", empty: true,
      list: () => named((this.pickers.deadlines ?? []).filter((each) => each.kind === kind)),
      read: () => definition.get(kind).get("body"),
      write: (_, value, injector) => value &&
        injector.get("modeling").updateModdleProperties(element, definition.get(kind), { body: value }),
    }));
  }

  /** What this system adds to an element, by type. */
  own(element) {
    const entries = [];
    if (isMet(element)) entries.push(text({ id: "luzhi:name_en", label: "English name", ...kept("luzhi:name_en") }));
    if (!is(element, "bpmn:UserTask")) return entries;
    const lists = { guard: this.pickers.guards, deadline: this.pickers.periods };
    return [
      ...entries,
      text({ id: "luzhi:documentation_en", label: "English description", area: true, ...kept("luzhi:documentation_en") }),
      text({ id: "luzhi:deadline", label: "Deadline in words", ...kept("luzhi:deadline") }),
      ...(lists.deadline?.length ? [choice({ id: "luzhi:deadline-list", label: "Take over these words", list: () => named(lists.deadline), ...kept("luzhi:deadline") })] : []),
      choice({ id: "luzhi:due", label: "When it is over", list: dueChoices, ...kept("luzhi:due") }),
      text({ id: "luzhi:onDeadline", label: "What happens then", area: true, ...kept("luzhi:onDeadline") }),
      text({ id: "luzhi:onDeadline_en", label: "What happens then, in English", area: true, ...kept("luzhi:onDeadline_en") }),
      choice({ id: "luzhi:differentFrom", label: "Another person than for", list: otherTasks, ...kept("luzhi:differentFrom") }),
      ...(lists.guard?.length ? [choice({ id: "luzhi:guard", label: "Guard", list: () => named(lists.guard), ...kept("luzhi:guard") })] : []),
      text({ id: "luzhi:article", label: "Article", ...kept("luzhi:article") }),
    ];
  }
}
Pickers.$inject = ["propertiesPanel", "injector", "translate", "config.luzhiPickers"];

export const pickersModule = { __init__: ["luzhiPickers"], luzhiPickers: ["type", Pickers] };

function replaced(groups, group, id, entry) {
  const entries = groups.find((each) => each.id === group)?.entries;
  const at = entries?.findIndex((each) => each.id === id) ?? -1;
  if (entry && at >= 0) entries[at] = entry;
}

function messageOf(element) {
  const object = element.businessObject;
  const holder = object.eventDefinitions?.find((each) => is(each, "bpmn:MessageEventDefinition")) ?? object;
  return holder.get?.("messageRef");
}

function isMet(element) {
  const met = ["bpmn:FlowNode", "bpmn:SequenceFlow", "bpmn:Lane", "bpmn:Participant", "bpmn:Process"];
  return met.some((type) => is(element, type)) && element.type !== "label";
}

function dueChoices(_, translate) {
  return [
    { value: "closes", label: translate("it closes: nobody can do it any more") },
    { value: "overdue", label: translate("it is overdue and can still be done") },
  ];
}

/** The other user tasks of the diagram: one that checks must not be done by who did the other. */
function otherTasks(element, _, injector) {
  return injector.get("elementRegistry")
    .filter((each) => is(each, "bpmn:UserTask") && each !== element && each.type !== "label")
    .map(({ businessObject: { id, name } }) => ({ value: id, label: name ? `${name} (${id})` : id }));
}
