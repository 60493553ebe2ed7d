"""Spreading the households that no rule gave an owner over their unit's owners, by free capacity."""

from weixi.dialect.compose import Pipeline


def capacity_pieces(pipeline: Pipeline, *, has_previous: bool) -> None:
    """Add the CTE `spread` (unit_code, family_id, owner_code): whole households, no owner above his capacity.

    Needs `ruled`, `owner_node` and, with `has_previous`, the view `previous` (last month's ASSIGNMENT): a household
    that this rule gave an owner last month keeps him while he stays in the unit and has room, so that customers are
    not shuffled every month. The others are spread evenly over what is free; what exceeds it has no row here and
    stays in the unit's shared pool. A null capacity has no limit.
    """
    pipeline.add(
        "waiting",
        """SELECT unit_code, family_id, min(subscriber_id) AS first_id
        FROM ruled WHERE owner_code IS NULL AND unit_rule <> 'last_resort'
        GROUP BY unit_code, family_id""",
    )
    pipeline.add(
        "held",
        """SELECT owner_code, CAST(count(DISTINCT family_id) AS BIGINT) AS held_count
        FROM ruled WHERE owner_code IS NOT NULL GROUP BY owner_code""",
    )
    pipeline.add(
        "owner_room",
        """SELECT o.owner_code, o.unit_code, COALESCE(h.held_count, 0) AS held_count,
          CASE WHEN o.capacity IS NULL THEN NULL
            WHEN o.capacity > COALESCE(h.held_count, 0) THEN o.capacity - COALESCE(h.held_count, 0)
            ELSE 0 END AS room_count
        FROM owner_node o LEFT JOIN held h ON h.owner_code = o.owner_code""",
    )
    if has_previous:
        pipeline.add(
            "kept_before",
            """SELECT r.unit_code, r.family_id, min(p.owner_code) AS owner_code
            FROM ruled r
            JOIN previous p ON p.subscriber_id = r.subscriber_id AND p.rule = 'capacity'
            JOIN owner_node o ON o.owner_code = p.owner_code AND o.unit_code = r.unit_code
            WHERE r.owner_code IS NULL AND r.unit_rule <> 'last_resort'
            GROUP BY r.unit_code, r.family_id""",
        )
        pipeline.add(
            "kept_place",
            """SELECT k.unit_code, k.family_id, k.owner_code, m.room_count,
              row_number() OVER (PARTITION BY k.owner_code ORDER BY w.first_id, k.family_id) AS place
            FROM kept_before k
            JOIN waiting w ON w.unit_code = k.unit_code AND w.family_id = k.family_id
            JOIN owner_room m ON m.owner_code = k.owner_code""",
        )
        pipeline.add(
            "kept",
            """SELECT unit_code, family_id, owner_code FROM kept_place
            WHERE room_count IS NULL OR place <= room_count""",
        )
        pipeline.add(
            "kept_load",
            "SELECT owner_code, CAST(count(*) AS BIGINT) AS kept_count FROM kept GROUP BY owner_code",
        )
        pipeline.add(
            "room",
            """SELECT m.owner_code, m.unit_code, m.held_count + COALESCE(k.kept_count, 0) AS held_count,
              m.room_count - COALESCE(k.kept_count, 0) AS room_count
            FROM owner_room m LEFT JOIN kept_load k ON k.owner_code = m.owner_code""",
        )
        pipeline.add(
            "left_over",
            """SELECT w.unit_code, w.family_id, w.first_id
            FROM waiting w LEFT JOIN kept k ON k.unit_code = w.unit_code AND k.family_id = w.family_id
            WHERE k.family_id IS NULL""",
        )
    else:
        pipeline.add("room", "SELECT owner_code, unit_code, held_count, room_count FROM owner_room")
        pipeline.add("left_over", "SELECT unit_code, family_id, first_id FROM waiting")
    pipeline.add(
        "queue",
        """SELECT unit_code, family_id,
          row_number() OVER (PARTITION BY unit_code ORDER BY first_id, family_id) - 1 AS place,
          CAST(count(*) OVER (PARTITION BY unit_code) AS BIGINT) AS queue_count
        FROM left_over""",
    )
    pipeline.add(
        "queue_size",
        "SELECT unit_code, CAST(count(*) AS BIGINT) AS queue_count FROM left_over GROUP BY unit_code",
    )
    pipeline.add(
        "seat",
        """SELECT m.unit_code, m.owner_code, m.held_count, m.room_count,
          CASE WHEN m.room_count IS NULL OR m.room_count > q.queue_count THEN q.queue_count
            ELSE m.room_count END AS seat_count
        FROM room m JOIN queue_size q ON q.unit_code = m.unit_code""",
    )
    pipeline.add(
        "seat_range",
        """SELECT unit_code, owner_code, seat_count,
          CAST(sum(seat_count) OVER (PARTITION BY unit_code) AS BIGINT) AS unit_seat_count,
          CAST(sum(seat_count) OVER (PARTITION BY unit_code
            ORDER BY seat_count DESC, held_count, owner_code
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS seat_end
        FROM seat""",
    )
    pipeline.add(
        "unit_seat",
        "SELECT unit_code, max(unit_seat_count) AS unit_seat_count FROM seat_range GROUP BY unit_code",
    )
    pipeline.add(
        "seated",
        """SELECT q.unit_code, q.family_id,
          CASE WHEN q.queue_count >= u.unit_seat_count THEN q.place
            ELSE q.place * u.unit_seat_count // q.queue_count END AS seat_number
        FROM queue q JOIN unit_seat u ON u.unit_code = q.unit_code""",
    )
    spread = """SELECT s.unit_code, s.family_id, r.owner_code
        FROM seated s JOIN seat_range r ON r.unit_code = s.unit_code
          AND s.seat_number >= r.seat_end - r.seat_count AND s.seat_number < r.seat_end"""
    if has_previous:
        spread += "\nUNION ALL SELECT unit_code, family_id, owner_code FROM kept"
    pipeline.add("spread", spread)
