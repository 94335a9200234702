"""The fixed words of a handbook in both languages, and what variables of the programme's moments and people mean."""

from collections.abc import Mapping

from engine.errors import Language

Pair = tuple[str, str]

LABELS: Mapping[str, Pair] = {
    "handbook": ("流程手册", "Handbook"),
    "all": ("全部流程手册", "Handbook of all processes"),
    "made": (
        "由已部署的流程图、表单和决策生成，与系统实际运行的规则一致。",
        "Made from the deployed diagrams, forms and decisions: what it says is what the system does.",
    ),
    "draft": (
        "由变更草稿生成，尚未部署，不是现行规则。",
        "Made from the drafts of a change: not deployed, not the rules that count.",
    ),
    "id": ("标识", "Id"),
    "version": ("版本", "Version"),
    "version_n": ("第 {n} 版", "Version {n}"),
    "deployed_at": ("部署时间", "Deployed"),
    "deployed_by": ("部署人", "Deployed by"),
    "server": ("服务器管理员（从文件部署）", "the server's administrator, from files"),
    "message": ("说明", "Message"),
    "change": ("变更", "Change"),
    "hash": ("SHA-256 摘要值", "SHA-256"),
    "contents": ("目录", "Contents"),
    "page": ("第 ", "Page "),
    "page_of": (" 页，共 ", " of "),
    "page_end": (" 页", ""),
    "picture": ("流程图", "Diagram"),
    "picture_alt": ("{name}的流程图", "The diagram of {name}"),
    "overview": (
        "全图。编号的方框是后面各张分图，相邻分图有重叠。",
        "The whole. The numbered frames are the parts that follow; neighbours overlap.",
    ),
    "part": ("分图 {n}", "Part {n}"),
    "lanes": ("参与方", "Who takes part"),
    "steps": ("步骤", "Steps"),
    "forms": ("表单", "Forms"),
    "form_of": ("用于", "Used in"),
    "decisions": ("决策", "Decisions"),
    "messages": ("消息", "Messages"),
    "documents": ("文书", "Documents"),
    "who": ("办理人", "Who"),
    "what": ("怎么办", "What to do"),
    "form": ("表单", "Form"),
    "deadline": ("期限", "Deadline"),
    "due": ("到期时刻", "Falls due"),
    "nature": ("到期性质", "Nature of the deadline"),
    "closes": ("截止：到期后不再受理", "A closing date: nothing is taken after it"),
    "overdue": (
        "办理期限：超期后仍须办理",
        "A period for handling: it still has to be done when it has passed",
    ),
    "on_deadline": ("到期后", "When it has passed"),
    "timer": ("定时“{name}”", "Timer “{name}”"),
    "interrupts": ("{when}；中断本步骤", "{when}; ends this step"),
    "beside": ("{when}；本步骤继续", "{when}; this step goes on"),
    "reacts": ("收到消息“{name}”", "On message “{name}”"),
    "on_error": ("出错“{name}”", "On error “{name}”"),
    "article": ("依据", "Basis"),
    "lane": ("参与方", "Lane"),
    "inside": ("在“{name}”之内", "Inside “{name}”"),
    "does": ("系统自动办理", "The system does"),
    "decides": ("按决策", "By decision"),
    "calls": ("调用流程", "Calls the process"),
    "each": ("逐项", "For each"),
    "each_parallel": ("列表 {list} 的每一项各办一次，同时进行", "Once for each of {list}, all at a time"),
    "each_sequential": ("列表 {list} 的每一项各办一次，逐个进行", "Once for each of {list}, one by one"),
    "not_by": ("不得由同一人办理", "Not by the same person as"),
    "countersign": ("会签", "Countersignature"),
    "may_countersign": ("办理人可以请人会签", "The holder may ask for countersignatures"),
    "waits": ("等待", "Waits for"),
    "sends": ("发出消息", "Sends the message"),
    "produces": ("产生文书", "Documents"),
    "next": ("接着", "Then"),
    "otherwise": ("其他情况", "otherwise"),
    "ends": ("到此结束", "Ends here"),
    "field": ("字段", "Field"),
    "kind": ("类型", "Kind"),
    "required": ("必填", "Required"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "sometimes": ("视情况", "sometimes"),
    "hint": ("填写说明", "Help"),
    "options": ("选项：{options}", "Options: {options}"),
    "shown_when": ("按前面的答案显示", "Shown depending on other answers"),
    "computed": ("系统计算", "Computed"),
    "no_form": ("表单“{id}”不在其中", "The form {id} is not among them"),
    "no_decision": ("决策“{id}”不在其中", "The decision {id} is not among them"),
    "expression": ("表达式", "Expression"),
    "any": ("任意", "any"),
    "rule": ("序号", "No."),
    "annotation": ("备注", "Remark"),
    "message_name": ("消息", "Message"),
    "direction": ("方向", "Direction"),
    "receives": ("接收", "received"),
    "sent": ("发出", "sent"),
    "step": ("步骤", "Step"),
    "document": ("文书", "Document"),
    "nobody": ("未指定", "nobody in particular"),
    "variable": ("变量 {name} 指定的人", "whoever the variable {name} names"),
    "none": ("—", "—"),
}

MOMENTS: Mapping[str, Pair] = {
    "enterprise_deadline": (
        "年度通知规定的企业申报截止时刻",
        "the enterprises' deadline of the year's notice",
    ),
    "county_deadline": ("年度通知规定的县级截止时刻", "the counties' deadline of the year's notice"),
    "city_deadline": ("年度通知规定的市级推荐截止时刻", "the cities' deadline of the year's notice"),
    "return_due": ("退回时定的补正期限", "the time given when it was sent back"),
    "expires_at": ("办法失效的时刻", "the end of the measure"),
    "in_force_at": ("办法生效的时刻", "the beginning of the measure"),
    "hearing_until": ("陈述申辩期届满", "the end of the hearing"),
    "notice_ends_at": ("公示期届满", "the end of the public notice"),
    "rectification_due": ("整改通知书定的整改期限", "the time set in the rectification notice"),
    "received_on": ("收到之日", "the day of receipt"),
    "today()": ("开始之日", "the day on which it begins"),
    "now()": ("开始之时", "the moment at which it begins"),
}
PEOPLE: Mapping[str, Pair] = {
    "expert": ("抽取的评审专家", "the expert who was drawn"),
    "visit_leader": ("考察组组长", "the leader of the visit"),
    "visit_second": ("考察组第二成员", "the second member of the visit"),
}
TYPES: Mapping[str, Pair] = {
    "userTask": ("人工步骤", "Step of a person"),
    "manualTask": ("手工步骤", "Manual step"),
    "serviceTask": ("自动步骤", "Automatic step"),
    "sendTask": ("发送消息", "Sends a message"),
    "receiveTask": ("等待消息", "Waits for a message"),
    "scriptTask": ("自动计算", "Computation"),
    "businessRuleTask": ("决策", "Decision"),
    "task": ("步骤", "Step"),
    "callActivity": ("调用流程", "Calls a process"),
    "subProcess": ("子流程", "Part of the process"),
    "adHocSubProcess": ("子流程", "Part of the process"),
    "transaction": ("子流程", "Part of the process"),
    "exclusiveGateway": ("判断", "Choice"),
    "inclusiveGateway": ("多选判断", "Choice of several"),
    "eventBasedGateway": ("等待先到者", "Whichever comes first"),
    "parallelGateway": ("同时进行", "At the same time"),
    "complexGateway": ("判断", "Choice"),
    "startEvent": ("开始", "Start"),
    "endEvent": ("结束", "End"),
    "intermediateCatchEvent": ("等待", "Wait"),
    "intermediateThrowEvent": ("事件", "Event"),
}
HIT: Mapping[str, Pair] = {
    "UNIQUE": ("只有一行适用", "exactly one row applies"),
    "FIRST": ("取第一个适用的行", "the first row that applies"),
    "ANY": ("适用的各行结论相同", "all rows that apply say the same"),
    "PRIORITY": ("取结论优先的行", "the row whose conclusion comes first"),
    "COLLECT": ("取全部适用的行", "all rows that apply"),
    "RULE ORDER": ("按行序取全部适用的行", "all rows that apply, in order"),
    "OUTPUT ORDER": ("按结论顺序取全部适用的行", "all rows that apply, in the order of conclusions"),
}
UNITS: Mapping[str, Pair] = {
    "Y": ("年", "years"),
    "M": ("个月", "months"),
    "W": ("周", "weeks"),
    "D": ("日", "days"),
    "H": ("小时", "hours"),
    "m": ("分钟", "minutes"),
    "S": ("秒", "seconds"),
}


def say(pair: Pair, language: Language) -> str:
    """The one of a pair that a language reads."""
    return pair[0] if language == "zh" else pair[1] or pair[0]


def label(word: str, language: Language, /, **facts: object) -> str:
    """A fixed word by its name. Raises KeyError."""
    return say(LABELS[word], language).format(**facts)


def labels(language: Language) -> dict[str, str]:
    """All fixed words of a language, for a template; those with gaps as they stand."""
    return {name: say(pair, language) for name, pair in LABELS.items()}
