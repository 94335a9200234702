// Palette, menus, types of elements, in the words of the programme (engine/studio/comparing/words.py); where bpmn-js-i18n has
// another word for the same thing, ours counts.
const EVENTS = {
  Compensation: "补偿", Compensate: "补偿", Conditional: "条件", Error: "错误", Escalation: "升级", Link: "链接", Message: "消息",
  Signal: "信号", Timer: "定时", Cancel: "取消",
};
const PLACES = {
  "start event": "开始事件", "end event": "结束事件", "boundary event": "边界事件",
  "intermediate catch event": "中间捕获事件", "intermediate throw event": "中间抛出事件",
};

function events() {
  const found = {};
  for (const [event, kind] of Object.entries(EVENTS)) {
    for (const [place, where] of Object.entries(PLACES)) {
      found[`${event} ${place}`] = kind + where;
      found[`${event} ${place} (non-interrupting)`] = `${kind}${where}（不中断）`;
    }
  }
  return found;
}

/** A type as the head of the panel writes it ("User Task") and as menus do ("User task"). */
const TYPES = {
  "User task": "人工任务", "Manual task": "手工任务", "Service task": "服务任务", "Script task": "脚本任务",
  "Business rule task": "决策任务", "Send task": "发送任务", "Receive task": "接收任务", Task: "任务",
  "Call activity": "调用活动", "Sub-process": "子流程", "Sub-process (expanded)": "子流程（展开）",
  "Sub-process (collapsed)": "子流程（折叠）", "Event sub-process": "事件子流程", Transaction: "事务",
  "Ad-hoc": "自由子流程", "Ad-hoc sub-process": "自由子流程", "Ad-hoc sub-process (expanded)": "自由子流程（展开）",
  "Ad-hoc sub-process (collapsed)": "自由子流程（折叠）", "Exclusive gateway": "排他网关", "Parallel gateway": "并行网关",
  "Inclusive gateway": "相容网关", "Event-based gateway": "事件网关", "Complex gateway": "复杂网关",
  "Event based gateway": "事件网关", "Event based instantiating Gateway": "事件网关（启动）",
  "Parallel Event based instantiating Gateway": "并行事件网关（启动）", "Start event": "开始事件", "End event": "结束事件",
  "Intermediate throw event": "中间抛出事件", "Intermediate catch event": "中间捕获事件", "Boundary event": "边界事件",
  "Intermediate/Boundary event": "中间事件或边界事件", "Intermediate event": "中间事件", "Terminate end event": "终止结束事件",
  "Sequence flow": "顺序流", "Conditional flow": "条件流", "Default flow": "默认流", "Message flow": "消息流",
  Association: "关联", "Data association": "数据关联", "Data input association": "数据输入关联",
  "Data output association": "数据输出关联", "Text annotation": "注释", Group: "分组框", Lane: "泳道", Process: "流程",
  Collaboration: "协作", Participant: "参与者", "Pool/participant": "参与者", "Data object": "数据对象",
  "Data object reference": "数据对象", "Data store reference": "数据存储", "Data store": "数据存储",
  "Expanded pool/participant": "参与者（展开）", "Empty pool/participant": "参与者（空）", Label: "标签",
  "Multi-instance": "多实例", Element: "元素", "Sub process": "子流程", "Collapsed sub process": "子流程（折叠）",
  "Event sub process": "事件子流程", "Ad hoc sub process": "自由子流程", "Collapsed ad hoc sub process": "自由子流程（折叠）",
  "Collapsed event sub process": "事件子流程（折叠）", "Collapsed transaction": "事务（折叠）",
};

const titled = (text) => text.replaceAll(/(?<=[ -])[a-z]/g, (sign) => sign.toUpperCase());
const titles = (words) => Object.fromEntries(Object.entries(words).map(([text, zh]) => [titled(text), zh]));
const all = { ...events(), ...TYPES };

export default {
  ...titles(all),
  ...all,
  "Activate hand tool": "抓手工具",
  "Activate lasso tool": "框选工具",
  "Activate create/remove space tool": "留出或收回空间",
  "Activate global connect tool": "连接工具",
  "Create start event": "新建开始事件",
  "Create intermediate/boundary event": "新建中间事件或边界事件",
  "Create end event": "新建结束事件",
  "Create gateway": "新建网关",
  "Create task": "新建任务",
  "Create expanded sub-process": "新建子流程（展开）",
  "Create data object reference": "新建数据对象",
  "Create data store reference": "新建数据存储",
  "Create pool/participant": "新建参与者",
  "Create group": "新建分组框",
  "Create element": "新建元素",
  "Append element": "追加元素",
  "Append task": "追加任务",
  "Append gateway": "追加网关",
  "Append end event": "追加结束事件",
  "Append intermediate/boundary event": "追加中间事件或边界事件",
  "Append receive task": "追加接收任务",
  "Append compensation activity": "追加补偿活动",
  "Append message intermediate catch event": "追加消息中间捕获事件",
  "Append timer intermediate catch event": "追加定时中间捕获事件",
  "Append conditional intermediate catch event": "追加条件中间捕获事件",
  "Append signal intermediate catch event": "追加信号中间捕获事件",
  "Append text annotation": "追加注释",
  "Add text annotation": "加注释",
  "Change element": "更改类型",
  "Change type": "更改类型",
  "Connect to other element": "连接到其他元素",
  "Connect using sequence/message flow or association": "用顺序流、消息流或关联连接",
  "Connect using association": "用关联连接",
  "Connect using data input association": "用数据输入关联连接",
  Delete: "删除",
  Remove: "移除",
  edit: "编辑",
  model: "图形",
  "Add lane above": "在上方加泳道",
  "Add lane below": "在下方加泳道",
  "Divide into two lanes": "分成两条泳道",
  "Divide into three lanes": "分成三条泳道",
  "Empty pool/participant (removes content)": "参与者（空，删除其内容）",
  "Toggle non-interrupting": "切换是否中断",
  "Set color": "设置颜色",
  Default: "默认",
  Blue: "蓝色",
  Orange: "橙色",
  Green: "绿色",
  Red: "红色",
  Purple: "紫色",
  "Align elements": "对齐",
  "Align elements ": "对齐",
  "Align elements left": "左对齐",
  "Align elements center": "水平居中对齐",
  "Align elements right": "右对齐",
  "Align elements top": "上对齐",
  "Align elements middle": "垂直居中对齐",
  "Align elements bottom": "下对齐",
  "Distribute elements horizontally": "水平等距",
  "Distribute elements vertically": "垂直等距",
  "Search in diagram": "在图中查找",
  Search: "查找",
  Results: "结果",
  Back: "返回",
  "Open entry documentation": "打开说明",
  "Select a template": "选择模板",
  "Open {element}": "打开{element}",
  "Open minimap": "打开缩略图",
  "Close minimap": "关闭缩略图",
  Templates: "模板",
  "Choose element template": "选择模板",
  Events: "事件",
  Tasks: "任务",
  Gateways: "网关",
  "Sub-processes": "子流程",
  Data: "数据",
  Participants: "参与者",
  Loop: "循环",
  "Parallel multi-instance": "并行多实例",
  "Sequential multi-instance": "逐个多实例",
  "Participant multiplicity": "多个参与者",
  Collection: "集合",
  "Toggle linting overlays": "显示或隐藏检查标记",
  "Issues for child elements": "其中元素的问题",
  "{errors} Errors, {warnings} Warnings": "{errors} 项错误，{warnings} 项提醒",
  "No Issues": "没有问题",
  "flow elements must be children of pools/participants": "流程元素必须在参与者之内",
};
