"""What documents refuse, and what is wrong with a template."""

from engine.errors import Refusal


class ValuesIncomplete(Refusal):
    """A document was to be made without values that it needs."""

    zh = "“{kind}”还不能生成，缺少：{missing_zh}。"
    en = "“{kind_en}” cannot be produced yet; missing: {missing_en}."
    remedy_zh = "请先办结前面的步骤，补齐这些内容。"
    remedy_en = "Finish the step before, so that these are known."
    status = 409


class ReasonNeeded(Refusal):
    """The values or the template changed since the version that there is: another one is made with a reason only."""

    zh = "“{kind}”（{subject}）已有第 {version} 版，内容或模板有变化，需说明理由才能生成新版本。"
    en = "Version {version} of “{kind_en}” ({subject}) exists, and content or template changed since: give a reason."
    remedy_zh = "请填写重新生成的理由；原版本保留，不会被替换。"
    remedy_en = "Say why it is made again; the old version stays as it is."
    basis = "定稿不改 frozen documents never change; I7"
    status = 409


class TemplateBroken(Refusal):
    """A template cannot be filled in."""

    zh = "模板 {file} 有误：{reason}"
    en = "The template {file} is wrong: {reason}"
    remedy_zh = "请用 luzhi documents templates 检查模板。"
    remedy_en = "Check the templates with luzhi documents templates."
    status = 500


class NotMadeYet(Refusal):
    """Nothing can be produced about this subject yet."""

    zh = "“{kind}”（{subject}）目前没有可用的内容。"
    en = "There is nothing yet to make “{kind_en}” ({subject}) of."
    remedy_zh = "相应步骤办结后再生成。"
    remedy_en = "Come back when the step is done."
    status = 409
