"""The measure's own life, objections, renaming, monitoring and revocation."""

from datetime import timedelta

from engine.programme.rehearsal.answers import answers, document_no
from engine.programme.rehearsal.office import Body, Desk, Later, Never


@answers("measure_registration")
def measure_registration(desk: Desk) -> Body | Later | Never:
    """The real measure with its three dates and its term (article 15)."""
    return {
        "name": "山东省智能制造场景数字化车间智能工厂培育认定办法",
        "document_no": "鲁工信装〔2022〕42号",
        "code": "SDPR-2022-0040001",
        "index_no": "11370000MB28486112/2022-00020",
        "issuing_office": "装备产业处",
        "signed_on": "2022-03-10",
        "printed_on": "2022-03-17",
        "published_on": "2022-03-15",
        "in_force_on": "2022-04-30",
        "expires_on": "2025-12-31",
    }


@answers("measure_renewal")
def measure_renewal(desk: Desk) -> Body | Later | Never:
    """The evaluation that each reminder asks for."""
    return {"conclusion": "REVISE", "opinion": "与国家梯度培育办法衔接后修订。"}


@answers("measure_open_list")
def measure_open_list(desk: Desk) -> Body | Later | Never:
    """What is done about the matters that were open at expiry."""
    return {"disposition": "按延续办理决定处理。", "has_successor": "NO"}


@answers("objection_clue")
def objection_clue(desk: Desk) -> Body | Later | Never:
    """Anonymous clues are kept on record."""
    return {"decision": "LOG", "reasons": "匿名线索，登记备查。"}


@answers("objection_investigation")
def objection_investigation(desk: Desk) -> Body | Later | Never:
    """Investigated within a few working days, with the city's help."""
    if desk.today == desk.task.created_at.date():
        return Later(3)
    return {"report": "经核查，情况如下。", "assisted": "YES"}


@answers("objection_decision")
def objection_decision(desk: Desk) -> Body | Later | Never:
    """Upheld, or partly upheld with a second public notice, where the enterprise's temper says so."""
    temper = desk.office.temper_of_objection(desk.task.business_key or "")
    if temper == "reannounced":
        return {"outcome": "PARTLY", "consequence": "REANNOUNCE", "reasons": "名称表述有误，更正后重新公示。"}
    if temper == "upheld":
        return {"outcome": "UPHELD", "consequence": "REMOVE", "reasons": "反映的情况属实。"}
    return {"outcome": "REJECTED", "consequence": "KEEP", "reasons": "反映的情况不属实。"}


@answers("objection_reply")
def objection_reply(desk: Desk) -> Body | Later | Never:
    """The named objector gets an answer."""
    return {"replied_on": desk.today.isoformat(), "reply": "核查结论已作出，特此答复。"}


@answers("renaming_application")
def renaming_application(desk: Desk) -> Body | Later | Never:
    """A simple change of name."""
    title = desk.office.title(desk.task.business_key or "")
    return {
        "change": "NAME",
        "new_holder": title.holder.replace("科技", "智能科技"),
        "new_uscc": title.uscc,
        "changed_on": (desk.today - timedelta(days=20)).isoformat(),
        "reason": "公司名称变更登记。",
        "files": [],
    }


@answers("renaming_city")
def renaming_city(desk: Desk) -> Body | Later | Never:
    """The city agrees."""
    return {"decision": "AGREE", "opinion": "情况属实。"}


@answers("renaming_department")
def renaming_department(desk: Desk) -> Body | Later | Never:
    """The department agrees."""
    return {"exists": "YES", "meets": "YES", "decision": "AGREE", "opinion": "符合第十二条。"}


@answers("renaming_approval")
def renaming_approval(desk: Desk) -> Body | Later | Never:
    """The deputy director agrees."""
    return {"decision": "AGREE", "opinion": "同意。"}


@answers("renaming_meeting")
def renaming_meeting(desk: Desk) -> Body | Later | Never:
    """A complex renaming is decided by the meeting."""
    return {
        "decision": "AGREE",
        "opinion": "同意。",
        "minutes_no": f"厅长办公会纪要〔{desk.today.year}〕{desk.office.next_number()}号",
        "meeting_on": desk.today.isoformat(),
    }


@answers("renaming_document")
def renaming_document(desk: Desk) -> Body | Later | Never:
    """The document that announces the new name."""
    return {"document_no": document_no(desk), "issued_on": desk.today.isoformat()}


@answers("monitoring_report")
def monitoring_report(desk: Desk) -> Body | Later | Never:
    """The holder's figures of the year."""
    return {
        "numerical_control_rate": 88,
        "network_rate": 91,
        "efficiency": 120,
        "energy": 2,
        "defect_rate": 1,
        "changes": "无重大变化。",
        "incident": "NO",
        "truthful": True,
    }


@answers("monitoring_evaluation")
def monitoring_evaluation(desk: Desk) -> Body | Later | Never:
    """The agency's proposal; titles that are to fail do."""
    passed = not desk.office.is_failing(desk.task.business_key or "")
    return {
        "no_conflict": True,
        "score": 82 if passed else 48,
        "result": "PASS" if passed else "FAIL",
        "findings": "运行正常。" if passed else "多项指标明显下降，系统停用。",
    }


@answers("monitoring_confirmation")
def monitoring_confirmation(desk: Desk) -> Body | Later | Never:
    """The department confirms what the agency proposed."""
    passed = not desk.office.is_failing(desk.task.business_key or "")
    return {"result": "PASS" if passed else "FAIL", "opinion": "同意评估意见。"}


@answers("rectification_notice")
def rectification_notice(desk: Desk) -> Body | Later | Never:
    """The list of problems."""
    return {"problems": "恢复系统运行，提高设备联网率。", "city_informed": True}


@answers("rectification_report")
def rectification_report(desk: Desk) -> Body | Later | Never:
    """The holder reports after some weeks."""
    if (desk.today - desk.task.created_at.date()).days < 40:
        return Later(20)
    return {"action": "REPORT", "report": "已整改。"}


@answers("rectification_extension")
def rectification_extension(desk: Desk) -> Body | Later | Never:
    """One extension is agreed."""
    return {"decision": "AGREE", "days": 30, "opinion": "理由充分。"}


@answers("reevaluation")
def reevaluation(desk: Desk) -> Body | Later | Never:
    """The re-evaluation of a failing title fails again."""
    failing = desk.office.is_failing(desk.task.business_key or "")
    return {"result": "FAIL" if failing else "PASS", "findings": "逐项复核。"}


@answers("rectification_wrapup")
def rectification_wrapup(desk: Desk) -> Body | Later | Never:
    """After expiry a running rectification ends with a report."""
    return {"report": "办法到期，整改情况报告如上。"}


@answers("revocation_verification")
def revocation_verification(desk: Desk) -> Body | Later | Never:
    """Ground (三) with its three records where monitoring failed, else ground (一) with an investigation."""
    failing = desk.office.is_failing(desk.task.business_key or "")
    kinds = (
        {
            "FAILED_EVALUATION": "监测评估报告",
            "RECTIFICATION_NOTICE": "整改通知",
            "FAILED_REEVALUATION": "复评报告",
        }
        if failing
        else {"INVESTIGATION": "调查报告"}
    )
    return {
        "confirmed": "YES",
        "ground": "3" if failing else "1",
        "facts": "整改后仍未达标。" if failing else "申报材料与事实不符。",
        "facts_on": (desk.today - timedelta(days=30)).isoformat(),
        "evidence": [{"kind": kind, "reference": name} for kind, name in kinds.items()],
    }


@answers("revocation_notice")
def revocation_notice(desk: Desk) -> Body | Later | Never:
    """The holder is told and may answer within five working days."""
    return {"notice_on": desk.today.isoformat(), "notice": "拟撤销称号，可在5个工作日内陈述申辩。"}


@answers("revocation_statement")
def revocation_statement(desk: Desk) -> Body | Later | Never:
    """The holder says nothing: the period runs out."""
    return Never()


@answers("revocation_legal")
def revocation_legal(desk: Desk) -> Body | Later | Never:
    """The legal review passes."""
    return {"decision": "PASS", "opinion": "事实清楚，程序合法。"}


@answers("revocation_meeting")
def revocation_meeting(desk: Desk) -> Body | Later | Never:
    """The director's meeting revokes."""
    return {
        "decision": "REVOKE",
        "minutes_no": f"厅长办公会纪要〔{desk.today.year}〕{desk.office.next_number()}号",
        "meeting_on": desk.today.isoformat(),
        "opinion": "同意撤销。",
    }


@answers("revocation_document")
def revocation_document(desk: Desk) -> Body | Later | Never:
    """The decision."""
    return {"document_no": document_no(desk), "issued_on": desk.today.isoformat()}
