"""Why an act of operations is not done, in words."""

from engine.errors import Refusal


class MovedOn(Refusal):
    """What was shown before is not so any more; nothing was done."""

    zh = "预览之后情况有变，没有办理。{zh}"
    en = "It has changed since the preview; nothing was done. {en}"
    remedy_zh = "请看过新的预览后再定。"
    remedy_en = "Look at the new preview and decide again."


class NotForBatches(Refusal):
    """An act whose consequences differ for every instance is done one by one."""

    zh = "“{act}”须逐件办理，不能批量办理。"
    en = "{act} is done one by one, not in a batch."
    status = 422


class NothingChosen(Refusal):
    """Nothing was chosen, or nothing that fits is there any more."""

    zh = "没有选中可以办理的对象。"
    en = "Nothing was chosen that this could be done to."
    remedy_zh = "请返回列表重新选择。"
    remedy_en = "Go back to the list and choose again."
    status = 422


class TooMany(Refusal):
    """More than one batch takes."""

    zh = "选中 {count} 件，一批最多 {most} 件。"
    en = "{count} were chosen; one batch takes {most}."
    remedy_zh = "请缩小筛选范围，分批办理。"
    remedy_en = "Narrow the list and do it in parts."
    status = 422


class BatchMoved(Refusal):
    """Somebody else has started, stopped or finished the batch meanwhile."""

    zh = "这一批的状态已变为“{state_zh}”。"
    en = "This batch is now: {state_en}."
    remedy_zh = "请刷新页面后再定。"
    remedy_en = "Reload the page and decide again."


class NothingToDo(Refusal):
    """No row of the batch can be done."""

    zh = "这一批没有可以办理的。"
    en = "Nothing in this batch can be done."
    remedy_zh = "请查看每一行不能办理的原因。"
    remedy_en = "See the reason of each row."
    status = 422


class ExpertsTask(Refusal):
    """Who scores is drawn by the department and recorded; operations neither sees nor changes it."""

    zh = "“{task}”由专家办理，人选由业务处室组织抽取和更换，系统管理员不能改派。"
    en = "Step {task} is an expert's: the department draws and replaces experts, not a system administrator."
    remedy_zh = "请联系装备处经办人。"
    remedy_en = "Ask the officer of the department."
    basis = "专家名单保密 experts are not disclosed (I19)"
    status = 403


class NoSuchTimer(Refusal):
    """The instance waits for no timer of this element."""

    zh = "该实例没有在等待“{element}”这个期限。"
    en = "The instance does not wait for the deadline {element_en}."


class MayNotShorten(Refusal):
    """The measure, or due process, gives people at least this time."""

    zh = "“{name}”是当事人和公众至少应有的时间（{article}），不能提前。"
    en = "{name_en} is time that people have at least ({article_en}); it is not brought forward."
    basis = "正当程序 due process"
    status = 422
