"""Why an expression gave null: one row a kind, in both languages. FEEL itself never fails (DMN 1.5, 10.3.2)."""

from dataclasses import dataclass

from engine.errors import Language

TEXTS: dict[str, tuple[str, str]] = {
    "NO_NAME": ("没有名为“{0}”的变量", "there is no variable named “{0}”"),
    "NO_ENTRY": ("{1}没有名为“{0}”的属性", "a {1} has no property “{0}”"),
    "NO_OPERATION": ("{1}与{2}不能做“{0}”运算", "“{0}” is not defined for {1} and {2}"),
    "NO_NEGATION": ("{0}不能取负", "a {0} cannot be negated"),
    "NOT_COMPARABLE": ("{0}与{1}不能比较", "{0} and {1} cannot be compared"),
    "NOT_BOOLEAN": ("条件应为布尔值，实为{0}", "the condition is not a boolean but {0}"),
    "NUMBER": ("数值无法表示：{0}", "the number cannot be represented: {0}"),
    "OUT_OF_RANGE": ("{0}的结果超出可表示的范围", "the result of {0} is out of range"),
    "NOT_A_FUNCTION": ("{0}不是函数", "{0} is not a function"),
    "ARGUMENTS": ("函数“{0}”的参数个数、名称或类型不符", "the arguments do not fit the function “{0}”"),
    "VALUE": ("函数“{0}”无法处理这个值：{1}", "the function “{0}” cannot handle this value: {1}"),
    "NOT_ITERABLE": ("{0}不能逐项遍历", "{0} cannot be iterated over"),
    "EXTERNAL": ("不允许外部函数", "external functions are not allowed"),
    "FOREIGN": ("变量的类型“{0}”不是表达式可用的值", "a value of type “{0}” means nothing to FEEL"),
    "PATTERN": ("正则表达式无效：{0}", "the regular expression is not valid: {0}"),
    "ASSERT": ("断言不成立：{0}", "the assertion does not hold: {0}"),
    "RANGE": ("区间的两端不能构成区间", "the end points do not make a range"),
}


@dataclass(frozen=True, slots=True)
class FeelWarning:
    """One reason for a null: a code of TEXTS and its facts."""

    code: str
    facts: tuple[object, ...] = ()

    def message(self, language: Language = "zh") -> str:
        """The reason in one language."""
        zh, en = TEXTS[self.code]
        return (zh if language == "zh" else en).format(*self.facts)
