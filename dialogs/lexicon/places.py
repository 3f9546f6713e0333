"""Cities and countries as people name them, besides what CLDR knows."""

# ruff: noqa: E501 - a table of words

from __future__ import annotations

__all__ = ["CITIES", "COUNTRIES", "CURRENCIES"]

COUNTRIES: dict[str, str] = {
    "FR": "french|francais|francaise|francaises|paris area",
    "DE": "german|allemand|allemande|allemands|allemandes",
    "GB": "uk|british|britannique|britanniques|england|angleterre|anglais|英国",
    "US": "usa|american|americain|americaine|americains|united states|etats unis|美国",
    "ES": "spanish|espagnol|espagnole|espagnols",
    "IT": "italian|italien|italienne|italiens",
    "BE": "belgian|belge|belges",
    "CH": "swiss|suisses",
    "NL": "dutch|holland|hollande|neerlandais|neerlandaise|neerlandaises",
    "IE": "irish|irlandais|irlandaise",
    "AT": "austrian|autrichien|autrichienne",
    "PT": "portuguese|portugais|portugaise",
    "SE": "swedish|suedois|suedoise",
    "DK": "danish|danois|danoise",
    "NO": "norwegian|norvegien|norvegienne",
    "FI": "finnish|finlandais|finlandaise",
    "PL": "polish|polonais|polonaise",
    "CZ": "czech|tcheque|tcheques|czechia",
    "CA": "canadian|canadien|canadienne|canadiens",
    "JP": "japanese|japonais|japonaise",
    "CN": "chinese|chinois|chinoise",
    "AU": "australian|australien|australienne",
    "SG": "singaporean",
    "IN": "indian|indien|indienne",
    "MX": "mexican|mexicain|mexicaine",
    "BR": "brazilian|bresilien|bresilienne",
}
"""Adjectives and short names; what people call a country's numbers."""

CITIES: tuple[tuple[str, str, str], ...] = (
    ("Paris", "FR", "paris|巴黎"), ("Lyon", "FR", "lyon|里昂"), ("Marseille", "FR", "marseille|马赛"),
    ("Lille", "FR", "lille|里尔"), ("Toulouse", "FR", "toulouse|图卢兹"), ("Nice", "FR", "尼斯"),
    ("Nantes", "FR", "nantes|南特"), ("Bordeaux", "FR", "bordeaux|波尔多"), ("Strasbourg", "FR", "strasbourg|斯特拉斯堡"),
    ("Rennes", "FR", "rennes"), ("Grenoble", "FR", "grenoble"), ("Montpellier", "FR", "montpellier"),
    ("Berlin", "DE", "berlin|柏林"), ("Munich", "DE", "munich|munchen|慕尼黑"), ("Hamburg", "DE", "hamburg|hambourg|汉堡"),
    ("Frankfurt", "DE", "frankfurt|francfort|法兰克福"), ("Cologne", "DE", "cologne|koln|科隆"), ("Stuttgart", "DE", "stuttgart"),
    ("Dusseldorf", "DE", "dusseldorf"), ("London", "GB", "london|londres|伦敦"), ("Manchester", "GB", "manchester|曼彻斯特"),
    ("Birmingham", "GB", "birmingham"), ("Edinburgh", "GB", "edinburgh|edimbourg|爱丁堡"), ("Dublin", "IE", "dublin|都柏林"),
    ("Madrid", "ES", "madrid|马德里"), ("Barcelona", "ES", "barcelona|barcelone|巴塞罗那"), ("Rome", "IT", "rome|roma|罗马"),
    ("Milan", "IT", "milan|milano|米兰"), ("Brussels", "BE", "brussels|bruxelles|布鲁塞尔"), ("Antwerp", "BE", "antwerp|anvers"),
    ("Zurich", "CH", "zurich|苏黎世"), ("Geneva", "CH", "geneva|geneve|日内瓦"), ("Basel", "CH", "basel|bale"),
    ("Lausanne", "CH", "lausanne"), ("Amsterdam", "NL", "amsterdam|阿姆斯特丹"), ("Rotterdam", "NL", "rotterdam"),
    ("Vienna", "AT", "vienna|vienne|维也纳"), ("Lisbon", "PT", "lisbon|lisbonne|lisboa|里斯本"), ("Warsaw", "PL", "warsaw|varsovie|华沙"),
    ("Prague", "CZ", "prague|布拉格"), ("Stockholm", "SE", "stockholm|斯德哥尔摩"), ("Copenhagen", "DK", "copenhagen|copenhague|哥本哈根"),
    ("Oslo", "NO", "oslo|奥斯陆"), ("Helsinki", "FI", "helsinki|赫尔辛基"), ("Redmond", "US", "redmond|雷德蒙德"),
    ("Seattle", "US", "seattle|西雅图"), ("New York", "US", "new york|纽约"), ("Boston", "US", "boston|波士顿"),
    ("Chicago", "US", "chicago|芝加哥"), ("San Francisco", "US", "san francisco|旧金山"), ("Los Angeles", "US", "los angeles|洛杉矶"),
    ("Dallas", "US", "dallas"), ("Houston", "US", "houston"), ("Toronto", "CA", "toronto|多伦多"), ("Montreal", "CA", "montreal|蒙特利尔"),
    ("Vancouver", "CA", "vancouver|温哥华"), ("Tokyo", "JP", "tokyo|东京"), ("Singapore", "SG", "新加坡"),
    ("Sydney", "AU", "sydney|悉尼"), ("Melbourne", "AU", "melbourne|墨尔本"), ("Shanghai", "CN", "shanghai|上海"),
    ("Beijing", "CN", "beijing|pekin|北京"), ("Shenzhen", "CN", "shenzhen|深圳"), ("Guangzhou", "CN", "guangzhou|canton|广州"),
    ("Hong Kong", "HK", "香港"), ("Mumbai", "IN", "mumbai|孟买"), ("Sao Paulo", "BR", "sao paulo|圣保罗"),
    ("Mexico City", "MX", "mexico city|墨西哥城"),
)  # fmt: skip
"""Name, country, and what it is called. Cities that name more than a city in common use are left out."""

CURRENCIES: dict[str, str] = {
    "EUR": "eur|euro|euros|欧元|欧",
    "USD": "usd|dollar|dollars|us dollars|美元|美金|刀",
    "GBP": "gbp|pound|pounds|livre|livres|英镑",
    "CHF": "chf|franc|francs|swiss francs|francs suisses|瑞士法郎",
    "CNY": "cny|rmb|yuan|人民币|元|块|块钱",
    "JPY": "jpy|yen|yens|日元",
    "CAD": "cad",
    "AUD": "aud",
}
"""ISO 4217 codes by what people write behind an amount; the signs are read apart."""
