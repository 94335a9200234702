"""What invented enterprises write into the long fields, and what they have bought. All of it is made up."""

STATEMENTS = {
    "org_mech": "成立由总经理任组长的智能制造领导小组，智能制造部牵头，按月调度、按季考核。",
    "breakthrough": "自主研发在线检测算法，解决多品种混线生产的质量判定难题，误判率由3%降至0.4%。",
    "secure": "主要装备和控制系统为国产，生产执行系统、数据采集软件具有自主知识产权。",
    "lead": "关键工序数据自动采集和在线检测应用在省内同行业处于领先水平（示例）。",
    "replicable": "方案按模块部署，可在同类离散制造企业复制，平均实施周期六个月。",
    "spread": "已向两家协作企业推广（示例）。",
    "next_plan": "下一年度扩展至全部产线，建设质量大数据分析平台。",
}

DESCRIPTION = (
    "问题：原有产线信息孤岛多、质量判定依赖人工。方案：围绕设计、生产、检测、物流各环节进行数字化改造。"
    "实施：分三期完成设备联网、系统集成和数据应用。成效：已全面投入使用，主要指标明显改善。"
)

MUTUALS = (
    "主要设备全部联网；主数据统一编码并集中管理；研发、生产、检测、物流系统互通；开展远程运维和网络协同。"
)

EQUIPMENT = (
    ("立式加工中心", "CNC", "VMC-850"),
    ("六轴搬运机器人", "ROBOT", "R-20"),
    ("在线视觉检测装置", "SENSOR", "VI-3"),
    ("自动导引运输车", "LOGISTICS", "AGV-1.5"),
    ("生产执行系统", "SOFTWARE", "V5.2"),
)
"""Name, kind and model of what an enterprise lists."""

CAPTIONS = ("产线全景", "关键设备", "中控室", "检测工位", "仓储现场")
"""What photographs of a site show."""
