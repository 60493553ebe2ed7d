"""How every command says, once, what a book's figures rest on: its currency, and its mapping's assumptions."""

from weixi.cli.session import Session
from weixi.flow.book import Origin
from weixi.kernel.language import Text
from weixi.kernel.money import HOME_CURRENCY, sign_of


def show_origin(session: Session, origin: Origin) -> None:
    """The currency where it is not the playbook's own, then each assumption; nothing for an operator without either."""
    if origin.currency != HOME_CURRENCY:
        sign = sign_of(origin.currency)
        session.say(
            Text(
                f"币种：{origin.currency}。方案中的“元”一律按 {sign} 计，不作汇率换算（80 元即 {sign}80）",
                f"currency: {origin.currency}. The playbook's yuan are taken as {sign} one for one (80 yuan: {sign}80)",
            )
        )
    for said in origin.assumes:
        session.say(Text(f"前提：{said.zh}", f"assumed: {said.en}"))
