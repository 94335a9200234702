"""Actors that tests act as."""

from engine.policy import SYSTEM, Actor, Grant

CITY = Actor("li.na", "李娜", (Grant("city_officer", "370100"),))
CITY_TOO = Actor("wang.wei", "王伟", (Grant("city_officer", "370100"),))
CITY_HEAD = Actor("zhao.jun", "赵军", (Grant("city_head", "370100"),))
OTHER_CITY = Actor("sun.li", "孙丽", (Grant("city_officer", "370200"),))
OFFICER = Actor("chen.ming", "陈明", (Grant("dept_officer", "370000"),))
OWNER = Actor("liu.yang", "刘洋", (Grant("process_owner", "370000"),))
SYSADMIN = Actor("admin", "系统管理员", (Grant("sysadmin", "370000"),))

__all__ = [
    "CITY",
    "CITY_HEAD",
    "CITY_TOO",
    "OFFICER",
    "OTHER_CITY",
    "OWNER",
    "SYSADMIN",
    "SYSTEM",
    "Actor",
    "Grant",
]
