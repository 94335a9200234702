"""A browser in words: “Chrome 126 · Windows” says more to its owner than the line that the browser sends.

Only well-known names are read; anything else stays what it is, shortened.
"""

import re

from webapp.i18n import gettext as _

BROWSERS = (
    (re.compile(r"MicroMessenger/(\d+)"), "微信"),
    (re.compile(r"DingTalk/(\d+)"), "钉钉"),
    (re.compile(r"QQBrowser/(\d+)"), "QQ 浏览器"),
    (re.compile(r"(?:UBrowser|UCBrowser)/(\d+)"), "UC 浏览器"),
    (re.compile(r"(?:QIHU 360|360SE|360EE)()"), "360 浏览器"),
    (re.compile(r"HuaweiBrowser/(\d+)"), "华为浏览器"),
    (re.compile(r"(?:Edg|EdgA|EdgiOS)/(\d+)"), "Edge"),
    (re.compile(r"(?:OPR|Opera)/(\d+)"), "Opera"),
    (re.compile(r"(?:Firefox|FxiOS)/(\d+)"), "Firefox"),
    (re.compile(r"(?:HeadlessChrome|Chrome|CriOS)/(\d+)"), "Chrome"),
    (re.compile(r"Version/(\d+)[\d.]* (?:Mobile/\S+ )?Safari/"), "Safari"),
)
"""The most particular first: most of them call themselves Chrome and Safari, too."""
SYSTEMS = (
    (re.compile(r"OpenHarmony|HarmonyOS"), "HarmonyOS"),
    (re.compile(r"iPad"), "iPad"),
    (re.compile(r"iPhone"), "iPhone"),
    (re.compile(r"Android"), "Android"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Macintosh|Mac OS X"), "macOS"),
    (re.compile(r"Linux|X11"), "Linux"),
)
LONGEST = 60


def in_words(agent: str | None) -> str:
    """Browser with its main version, and system."""
    if not agent:
        return _("未说明的浏览器")
    named = next(((name, found[1]) for rule, name in BROWSERS if (found := rule.search(agent))), None)
    browser = " ".join(part for part in named if part) if named else ""
    system = next((name for rule, name in SYSTEMS if rule.search(agent)), "")
    return " · ".join(part for part in (browser, system) if part) or agent[:LONGEST]
