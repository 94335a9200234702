"""The registry of component types: what form-js has, less what could carry script (html, iframe)."""

from forms.components.base import ComponentType, Situation
from forms.components.choice import Checkbox, Choice, Choices
from forms.components.display import DynamicList, Expression, Group, Image, Silent, Table, Text
from forms.components.files import DocumentPreview, FilePicker
from forms.components.moment import Moment
from forms.components.number import Number
from forms.components.text import TextArea, TextField

TYPES: dict[str, ComponentType] = {
    "textfield": TextField(),
    "textarea": TextArea(),
    "number": Number(),
    "datetime": Moment(),
    "checkbox": Checkbox(),
    "radio": Choice(),
    "select": Choice(),
    "checklist": Choices(),
    "taglist": Choices(),
    "filepicker": FilePicker(),
    "expression": Expression(),
    "group": Group(),
    "dynamiclist": DynamicList(),
    "table": Table(),
    "text": Text(),
    "image": Image(),
    "documentPreview": DocumentPreview(),
    "separator": Silent(),
    "spacer": Silent(),
    "button": Silent(),
}

__all__ = ["TYPES", "ComponentType", "Situation"]
