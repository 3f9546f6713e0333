"""Whole messages and commands, by meaning; wishes are in `lexicon`. Written normalised (see `normalise.py`)."""

# ruff: noqa: E501 - tables of words, filled like paragraphs

from __future__ import annotations

__all__ = [
    "CANCEL", "CHANGE", "DECIDE", "GREETINGS", "HAN_WITHDRAW", "HAN_WITHDRAW_SOMETHING", "HELP", "ME", "NO",
    "NOT_PEOPLE", "POLITE", "REQUESTS", "SELF_TALK", "SKIP", "SUBMIT", "TEXT", "WITHDRAW", "YES",
]  # fmt: skip


def _utterances(text: str) -> frozenset[str]:
    """Whole messages, divided by bars or lines."""
    return frozenset(one.strip() for one in text.replace("\n", "|").split("|"))


def _words(text: str) -> frozenset[str]:
    """Single words, divided by blanks."""
    return frozenset(text.split())


GREETINGS = _utterances("""hi|hello|hey|hallo|hi there|hello there|good morning|good afternoon|good evening|start
bonjour|salut|bonsoir|coucou
你好|您好|嗨|早上好|下午好|晚上好|开始""")

HELP = _utterances("""help|help me|what can you do|what do you do|how does this work|commands|menu|usage|info
aide|aidez moi|aide moi|a l aide|que peux tu faire|que pouvez vous faire|que sais tu faire|comment ca marche
commandes|帮助|帮帮我|帮忙|你能做什么|你会做什么|你可以做什么|怎么用|如何使用|使用说明|菜单|功能""")

REQUESTS = _utterances("""my requests|my request|requests|show my requests|list my requests|show requests
list requests|status|my tickets|request status|status of my request|status of my requests
where is my request|what is the status of my request
mes demandes|ma demande|demandes|voir mes demandes|affiche mes demandes|afficher mes demandes
liste de mes demandes|ou en est ma demande|ou en sont mes demandes|statut|statut de ma demande|suivi
etat de ma demande
我的申请|我的请求|申请列表|查看申请|查看我的申请|查询申请|我的申请进度|申请进度|进度|我的申请怎么样了|申请状态""")

CANCEL = _utterances("""cancel|stop|quit|exit|abort|never mind|nevermind|forget it|cancel that|cancel this
annuler|annule|annulez|arrete|arreter|laisse tomber|laissez tomber|oublie|quitter|abandonner
取消|停止|算了|退出|不用了|不要了|放弃""")

TEXT = _utterances("""by text|text|as text|in text|by typing|without the form|without card|ask me|no form
par texte|en texte|texte|par ecrit|sans formulaire|pose moi les questions
文字|用文字|打字|文本|不用表单""")

YES = _utterances("""yes|y|yep|yeah|sure|ok|okay|right|correct|of course|yes please|please do
oui|ouais|d accord|bien sur|exact|parfait|oui merci|vas y|allez y
是|是的|对|对的|好|好的|可以|行|没问题|嗯""")

NO = _utterances("""no|n|nope|no thanks|no thank you|not really|nah
non|non merci|pas vraiment
不|不是|否|不行|不对|不可以|没有""")

SUBMIT = _utterances("""submit|send|send it|submit it|go|go ahead|do it|confirm
envoyer|envoie|envoyez|soumettre|soumets|valider|confirmer|je confirme
提交|发送|确认|确定""")

CHANGE = _utterances("""change|edit|modify|back|change it|correct it|start over|again
modifier|modifie|changer|corriger|retour|recommencer
修改|更改|改|返回|重新填写|重来""")

SKIP = _utterances("""skip|none|any|anything|whatever|no preference|does not matter|doesn t matter|any city
nothing|no matter|next
passer|passe|aucun|aucune|peu importe|n importe|n importe laquelle|n importe quelle ville|rien
pas de preference|suivant
跳过|无|随便|都可以|任意|任何|任意城市|不限|无所谓|下一个""")

ME = _utterances("""me|myself|for me|for myself|it is for me|i|mine
moi|pour moi|moi meme|pour moi meme|c est pour moi
我|我自己|给我|给我自己|本人|自己|为我""")

WITHDRAW = _words("withdraw cancel revoke retract recall retirer retire annuler annule annulez")
DECIDE = _words("approve approved reject deny accept approuver approuve rejeter rejette refuser refuse")

POLITE = _words("please pls thanks thank you svp merci switchboard veuillez s il te vous plait")

SELF_TALK = _words("i je j want to d like would veux voudrais my ma la the request demande can peux tu")
"""What may surround a command without changing it."""

NOT_PEOPLE = _words("""work my job business calls customers clients sales travel travelling home office today
tomorrow free testing the a an it this that our us travail mon ma mes bureau appels ventes le la les un une des du
nous notre 公司 工作 客户 办公室 出差 家""")
"""What follows "for" without being a person."""

HAN_WITHDRAW = ("撤回", "撤销", "取消")
HAN_WITHDRAW_SOMETHING = _utterances(
    "撤回申请|撤销申请|取消申请|撤回我的申请|撤销我的申请|取消我的申请|撤回|撤销"
)
