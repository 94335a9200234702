"""What the registration of enterprises refuses."""

from engine.errors import Refusal


class RegistrationUnknown(Refusal):
    """There is no registration with this number."""

    zh = "没有编号为{registration_no}的注册。"
    en = "There is no registration {registration_no}."
    status = 404


class RegistrationNotReady(Refusal):
    """A registration is decided once, after its mail address was confirmed."""

    zh = "注册{registration_no}不能这样办理：{zh_why}"
    en = "Registration {registration_no} cannot be handled so: {en_why}"
    remedy_zh = "请从待办列表重新进入。"
    remedy_en = "Open it again from the list."


class RegistrationWaits(Refusal):
    """The enterprise lies at the county already, registered by somebody else."""

    zh = "该企业已有一份注册在由主管部门核对，暂不能再确认一份。"
    en = "A registration of this enterprise is being checked already; a second one cannot be confirmed."
    remedy_zh = "请等待核对结果（3 个工作日内），或联系所在县（市、区）主管部门。"
    remedy_en = "Wait for its result (within 3 working days), or call the county's office."


class EnterpriseKnown(Refusal):
    """The enterprise has an administrator, who invites colleagues; a second registration opens nothing."""

    zh = "“{enterprise}”（{uscc}）已有企业管理员，不能再通过注册开通。"
    en = "“{enterprise}” ({uscc}) has an administrator already and cannot be opened by a registration."
    remedy_zh = "请退回本次注册，并请申请人联系本企业管理员邀请。"
    remedy_en = "Refuse this registration and let the applicant ask the enterprise's administrator."
