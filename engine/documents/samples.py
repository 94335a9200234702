"""Sample values of every kind: for the check of templates, previews for whoever edits one, and measurements."""

from typing import Any

from engine.documents.fields import MEANINGS
from engine.documents.kinds import Kind

ROWS = 3
SAMPLES: dict[str, str] = {
    "address": "https://example.org/register/2024-F-0001",
    "date": "2024年9月12日",
    "enterprise": "泉城示例重工有限公司",
    "holder": "泉城示例重工有限公司",
    "issuer": "山东省工业和信息化厅",
    "number": "鲁工信装〔2024〕66号",
    "object": "重载齿轮智能工厂",
    "signer": "山东省工业和信息化厅",
    "type": "智能工厂",
    "uscc": "91370100MA3C5X8K9A",
    "year": "2024",
}


def sample(kind: Kind) -> dict[str, Any]:
    """Values for every name of a kind; those that have no sample of their own say what they mean."""
    found: dict[str, Any] = {name: _text(name) for name in kind.texts}
    found |= {name: [f"{_text(name)}（第{n}条）" for n in range(1, ROWS + 1)] for name in kind.lists}
    found |= {
        name: [{c: str(n) if c == "no" else _text(c) for c in columns} for n in range(1, ROWS + 1)]
        for name, columns in kind.rows.items()
    }
    return found


def _text(name: str) -> str:
    return SAMPLES.get(name, MEANINGS[name][0])
