"""What passwords are commonly made of: words and habits, seen at home and abroad. Written for this project.

A password of twelve characters is rarely one of these words itself; it is a word with a year, a row of keys or a
doubled word. So the list holds stems, and `engine.accounts.passwords` takes away what people put around them.
"""

STEMS = frozenset(
    """
    abc abcabc abcdef abcdefg abcdefgh access account admin administrator adminadmin aini ainiyiwannian airen
    anquan anquanmima asdf asdfasdf asdfgh asdfghjkl baobao baobei beijing changcheng changeme chengdu chinese
    china chongqing computer daohao default denglu dengluming dongfang dragon enterprise fadacai facai factory
    football foreveryone gongchang gongsi gongxinju gongxinting gongye guanli guanliyuan guangdong guangzhou
    guest haoren haoyun hello helloworld houtai huawei huanying hunan iloveu iloveyou iloveyouforever internet
    jiaoyu jinan jinanshi jiayou jintian jisuanji kaixin kongzhi kuaile letmein letmeinplease linux login
    loginlogin loveyou luzhi manager master meiyou mima mimamima mimashi monkey mysql newpassword ningbo nihao
    nihaoma oracle passme passpass password passwordpassword passwords passwort pingan pingandiyi princess
    public qazwsx qazwsxedc qazxsw qingdao qingdaoshi qiye qiyemima qq qwer qwerasdf qwerasdfzxcv qwerqwer
    qwert qwerty qwertyqwerty qwertyuiop root rootroot sayhello secret secretsecret server shandong shandongsheng
    shanghai shengri shenzhen shijie shouji sunshine superman support system system32 taian test testtest tianxia
    tianjin tianshi tongzhi trustno user useruser username wangluo weifang weihai welcome welcomewelcome windows
    woaibaba woaichina woaijia woaimama woaini woainiwoaini woainiyiwannian woaiwojia woaizhongguo woshishui
    woshitiancai wodemima wulianwang xiangmu xiaoxiao xinmima xinxi xitong xitongguanli yantai yiban yonghu
    yonghuming youxiang zaozhuang zhanghao zhinenggongchang zhinengzhizao zhongguo zhongguoren zhongwen zhujiao
    zibo zxcv zxcvbn zxcvbnm
    """.split()  # noqa: SIM905 - a word list reads better as one
)

ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9j0",
    "5201314520131452013145201314",
    "1314520131452013145201314520",
)
"""Walks over the keyboard, the alphabet and the numbers that sound like words, in both directions."""
