"""What the office of a place is called: the register has places, people ask for the office that works there."""

from engine.store.people import Organisation

_SUFFIX = {
    "city": ("工业和信息化局", "Industry and Information Technology Bureau"),
    "county": ("工业和信息化主管部门", "industry authority"),
    "zone": ("工业和信息化主管部门", "industry authority"),
}
_PROVINCE_EN = "Department of Industry and Information Technology of Shandong"
_ALREADY = ("局", "厅", "部门", "委", "中心")


def office_name(organisation: Organisation, place_en: str = "") -> tuple[str, str]:
    """The name of an office in Chinese and English; `place_en` is the English name of its place, if it has one."""
    name = organisation.name
    place = place_en or name
    if organisation.kind == "province":
        return name, _PROVINCE_EN
    suffix = _SUFFIX.get(organisation.kind)
    if suffix is None or name.endswith(_ALREADY):
        return name, place
    return f"{name}{suffix[0]}", f"{place} {suffix[1]}"
