// What lint finds, in words: by the rule, or by its message where a rule says several things. Camunda's rules tell
// which property they mean; its name is added as the panel writes it.
import { say } from "./translate/say.js";

/** Rule -> [Chinese, English]; the same rule of two plugins has one entry. */
const RULES = {
  // bpmnlint
  "ad-hoc-sub-process": ["自由子流程里不能有开始事件或结束事件", "An ad-hoc sub-process has no start and no end event"],
  "conditional-flows": ["这条顺序流没有条件", "The sequence flow has no condition"],
  "event-based-gateway": ["事件网关至少要有两个出口，出口上不能有条件", "An event-based gateway needs two ways out, and no conditions on them"],
  "event-sub-process-typed-start-event": ["事件子流程的开始事件要写明由什么触发", "The start event of an event sub-process needs a trigger"],
  global: ["消息、信号或错误没有名称、没有用到，或与别的同名", "A message, signal or error has no name, is unused, or shares its name"],
  "link-event": ["链接事件没有名称，或没有配成一对", "A link event has no name, or no counterpart"],
  "no-bpmndi": ["元素没有画在图上", "The element is not drawn"],
  "no-complex-gateway": ["不能用复杂网关", "Complex gateways cannot be used"],
  "no-disconnected": ["元素没有和别的元素相连", "The element is connected to nothing"],
  "no-duplicate-sequence-flows": ["两个元素之间画了重复的顺序流", "There are two sequence flows between the same elements"],
  "no-implicit-split": ["一个任务有多个出口，请改用网关分支", "The flow splits without a gateway"],
  "no-implicit-start": ["元素没有入口", "Nothing leads to the element"],
  "no-inclusive-gateway": ["相容网关难以看懂，尽量不用", "Inclusive gateways are hard to read; avoid them"],
  "no-overlapping-elements": ["元素重叠，或超出所在的框", "The element overlaps another, or lies outside its frame"],
  "single-blank-start-event": ["有多个没有触发条件的开始事件", "There is more than one start event without a trigger"],
  "single-event-definition": ["一个事件只能有一个触发条件", "An event has only one trigger"],
  "start-event-required": ["没有开始事件", "There is no start event"],
  "sub-process-blank-start-event": ["子流程的开始事件不能有触发条件", "The start event of a sub-process has no trigger"],
  "superfluous-gateway": ["网关多余：只有一个入口和一个出口", "The gateway is superfluous: one way in, one way out"],
  "superfluous-label": ["顺序流上的文字多余", "The label of the sequence flow is superfluous"],
  "superfluous-termination": ["终止结束事件多余，用普通结束事件即可", "The termination is superfluous; a plain end event will do"],
  // Luzhi
  "default-flow": ["网关没有默认出口：条件都不成立时案件会停在这里", "The gateway has no default flow; if no condition holds, the case stops here"],
  "distinct-persons": ["“不得与此任务同一人”指的不是本流程的其他人工任务", "\"Another person than for\" names no other user task of this process"],
  "english-name": ["没有英文名称，或人工任务没有英文说明", "The English name is missing, or the English description of a user task"],
  ending: ["没有结束事件，或元素没有出口", "There is no end event, or nothing follows the element"],
  "in-a-lane": ["元素不在任何泳道里", "The element lies in no lane"],
  "label-required": ["没有名称", "The name is missing"],
  "no-gateway-join-fork": ["网关同时合并又分支，请分成两个", "The gateway joins and forks; use two"],
  "on-deadline-timer": ["写了期限届满后怎样，却没有写期限，或没有定时来执行", "It is told what happens at the deadline, but no deadline, or no timer does it"],
  "user-task-assignment": ["人工任务没有办理人或候选岗位，没有人会看到它", "The user task has no assignee and no candidates, so nobody would see it"],
  "user-task-documentation": ["人工任务没有说明：做什么、依据哪一条", "The user task has no documentation: what to do, under which article"],
  "user-task-form": ["人工任务没有表单", "The user task has no form"],
  "user-task-outputs": ["人工任务没有输出映射：提交的内容会全部成为变量", "The user task has no output mapping: everything submitted would become variables"],
  "verb-name": ["没有选功能，或功能名不是“领域.功能”的写法", "No verb is named, or it is not written area.verb"],
  // Camunda 8.8
  implementation: ["没有写由什么来执行", "It is not said what does the work"],
  "called-element": ["没有选要调用的流程", "No called process is chosen"],
  "duplicate-task-headers": ["同一个参数写了两次", "A header is there twice"],
  "element-type": ["不支持这种元素", "This type of element is not supported"],
  "error-reference": ["没有选错误，或错误没有代码", "No error is chosen, or it has no code"],
  "escalation-reference": ["没有选升级，或升级没有代码", "No escalation is chosen, or it has no code"],
  "escalation-boundary-event-attached-to-ref": ["升级边界事件只能附在子流程或调用活动上", "An escalation boundary event belongs on a sub-process or call activity"],
  "event-based-gateway-target": ["事件网关之后的事件只能有一个入口", "An event after an event-based gateway has one way in"],
  "executable-process": ["流程没有设为可执行", "The process is not executable"],
  "loop-characteristics": ["多实例没有写全", "The multi-instance is incomplete"],
  "message-reference": ["没有选消息，或消息没有名称", "No message is chosen, or it has no name"],
  "signal-reference": ["没有选信号，或信号没有名称", "No signal is chosen, or it has no name"],
  "io-mapping": ["输入或输出映射没有写全", "An input or output mapping is incomplete"],
  "no-business-id": ["不支持业务键", "A business id is not supported"],
  "no-cancel-execution-listener": ["不支持这种监听", "This listener is not supported"],
  "no-before-all-execution-listener": ["不支持这种监听", "This listener is not supported"],
  "no-execution-listener-headers": ["监听不能带参数", "Listeners take no headers"],
  "no-expression": ["这里不能用表达式", "An expression cannot be used here"],
  "no-job-priority-definition": ["这里不能写优先级", "A priority cannot be given here"],
  "no-loop": ["循环里没有会停下来等的步骤，会一直转下去", "Nothing in the loop waits: it would go round forever"],
  "no-multiple-none-start-events": ["有多个没有触发条件的开始事件", "There is more than one start event without a trigger"],
  "sequence-flow-condition": ["条件没有写，或写在不能有条件的顺序流上", "A condition is missing, or is where none can be"],
  "start-event-form": ["开始事件的表单没有写全", "The form of the start event is incomplete"],
  subscription: ["消息没有关联键", "The message has no correlation key"],
  timer: ["定时没有写全，或这里不能用这种定时", "The timer is incomplete, or of a kind that cannot be used here"],
  "user-task-definition": ["人工任务没有设为平台的人工任务", "The user task is not one of the platform"],
  "zeebe-user-task": ["人工任务没有设为平台的人工任务", "The user task is not one of the platform"],
  "variable-name": ["变量名只能用英文字母、数字和下划线，并以字母开头", "Names of variables are ASCII letters, digits and underscores, beginning with a letter"],
  feel: ["FEEL 表达式读不懂", "The FEEL expression cannot be read"],
  "feel-compatibility": ["FEEL 表达式用了不支持的功能", "The FEEL expression uses what is not supported"],
  "connector-properties": ["连接器的属性不能用", "A property of the connector cannot be used"],
  "task-schedule": ["到期或跟进日期的写法不对", "The due date or follow-up date is written wrong"],
  secrets: ["密钥的写法不能用", "Secrets cannot be written like this"],
  "wait-for-completion": ["补偿事件必须等它完成", "A compensation event waits for completion"],
  "duplicate-execution-listeners": ["同一个监听写了两次", "A listener is there twice"],
  "execution-listener": ["监听没有写全", "A listener is incomplete"],
  "task-listener": ["监听没有写全", "A listener is incomplete"],
  "priority-definition": ["优先级须是 0 到 100 的整数", "The priority is a whole number from 0 to 100"],
  "version-tag": ["版本标签没有写", "The version tag is missing"],
  "no-interrupting-event-subprocess": ["这里的事件子流程不能中断", "The event sub-process cannot interrupt here"],
  "agent-tool-documentation": ["没有说明", "The documentation is missing"],
  "agent-tool-output-key": ["结果没有名称", "The result has no name"],
  "agent-fromai-contract": ["取值的写法不对", "The value is written wrong"],
};

const PROPERTIES = {
  conditionExpression: "Condition expression", correlationKey: "Subscription correlation key", decisionId: "Decision",
  errorCode: "Code", errorRef: "Error", escalationCode: "Code", escalationRef: "Escalation", formId: "Form",
  inputCollection: "Input collection", messageRef: "Message", name: "Name", outputCollection: "Output collection",
  outputElement: "Output element", processId: "Called process", resultVariable: "Result variable", retries: "Retries",
  signalRef: "Signal", source: "Variable assignment value", timeCycle: "Cycle", timeDate: "Date", timeDuration: "Duration",
  type: "Type", expression: "FEEL expression", dueDate: "Due date", followUpDate: "Follow up date",
};

/** A finding in the language of the page. */
export function inWords(rule, report) {
  const english = document.documentElement.lang.startsWith("en");
  const words = RULES[rule.split("/").at(-1)];
  if (!words) return english ? report.message : `${say("Rule")} ${rule}`;
  const { data } = report;
  const meant = data?.requiredProperty ?? data?.requiredExpression ?? data?.property;
  const property = PROPERTIES[Array.isArray(meant) ? meant[0] : meant];
  const said = words[english ? 1 : 0];
  if (!property) return said;
  return english ? `${said} (${property})` : `${said}（${say(property)}）`;
}

/** The names of the rules that have words, for a test that holds them against .bpmnlintrc. */
export const RULES_WITH_WORDS = Object.keys(RULES);
