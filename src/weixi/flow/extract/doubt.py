"""What is odd in a month's accepted lines and yet taken: it may be true, and only the operator can say."""

from collections.abc import Iterator

from weixi.engine import Store
from weixi.flow.extract.judging import Listed
from weixi.flow.extract.tables import FeedName
from weixi.flow.extract.text_batch import LINE
from weixi.kernel.language import Text
from weixi.kernel.terms import ServiceStatus

_HAS_NUMBER = f"service_status NOT IN ('{ServiceStatus.EXITED}', '{ServiceStatus.PROSPECT}')"
_NUMBER = f"CASE WHEN {_HAS_NUMBER} THEN msisdn END"
_SHOWN = 3


def doubts(scratch: Store, listed: Listed) -> Iterator[Text]:
    """One remark for each oddity: a number under two ids at once, a bill below nothing."""
    if listed.converted.feed.name is not FeedName.SUBSCRIBER or not listed.accepted:
        return
    text = listed.listed_text()
    found = scratch.rows(
        f"""SELECT CAST(count({_NUMBER}) AS BIGINT) AS number_count,
  CAST(count(DISTINCT {_NUMBER}) AS BIGINT) AS different_count,
  CAST(sum(CASE WHEN bill_fen < 0 THEN 1 ELSE 0 END) AS BIGINT) AS negative_count,
  min(CASE WHEN bill_fen < 0 THEN {LINE} END) AS negative_line
FROM ({text}) l""",
        inputs=listed.inputs,
    )[0]
    twice = int(found["number_count"]) - int(found["different_count"])
    if twice:
        places = "；".join(
            f"{row['first_line']}、{row['last_line']}"
            for row in scratch.rows(
                f"""SELECT min({LINE}) AS first_line, max({LINE}) AS last_line
FROM ({text}) l WHERE {_HAS_NUMBER} AND msisdn IS NOT NULL
GROUP BY msisdn HAVING count(*) > 1 ORDER BY first_line, last_line LIMIT {_SHOWN}""",
                inputs=listed.inputs,
            )
        )
        yield Text(
            f"同一号码挂在两个在网用户上：多出 {twice:,} 条（如第 {places} 行），已照收，请核对",
            f"a number under two lines in service: {twice:,} too many (such as lines {places}); taken, please check",
        )
    if found["negative_count"]:
        yield Text(
            f"出账收入为负：{found['negative_count']:,} 条（首见第 {found['negative_line']} 行），按冲销照收",
            f"bills below nothing: {found['negative_count']:,} (first in line {found['negative_line']}); "
            "taken as credit notes",
        )
