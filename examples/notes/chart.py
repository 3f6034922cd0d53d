"""Notes per month, drawn with cairo: what is the same in both programs."""

import calendar
import math

BAR = (0.21, 0.52, 0.89)
GAP = 5
FOOT = 18


def draw(context, width, height, months, counts, chosen, ink):
    """Draws a bar for each month with its first letter, the chosen one full and the others pale; ``ink`` are the red, green,
    blue and alpha of text."""
    context.select_font_face("sans-serif")
    context.set_font_size(10)
    most = max(max(counts.values(), default=0), 1)
    step = width / len(months)
    for i, month in enumerate(months):
        x, bar = i * step + GAP / 2, step - GAP
        tall = (height - FOOT) * counts.get(month, 0) / most
        _rounded(context, x, height - FOOT - max(tall, 2), bar, max(tall, 2), min(3, bar / 2))
        context.set_source_rgba(*BAR, 1 if month == chosen else 0.45 if chosen is None else 0.25)
        context.fill()
        letter = calendar.month_abbr[month[1]][0]
        extents = context.text_extents(letter)
        context.set_source_rgba(*ink[:3], ink[3] * (0.9 if month == chosen else 0.6))
        context.move_to(x + bar / 2 - extents.width / 2 - extents.x_bearing, height - 5)
        context.show_text(letter)


def month_at(x, width, months):
    """The month whose bar is at ``x``. None beside them."""
    number = int(x / width * len(months)) if width else -1
    return months[number] if 0 <= number < len(months) else None


def _rounded(context, x, y, width, height, radius):
    radius = min(radius, height)
    context.new_sub_path()
    context.arc(x + radius, y + radius, radius, math.pi, 1.5 * math.pi)
    context.arc(x + width - radius, y + radius, radius, 1.5 * math.pi, 0)
    context.line_to(x + width, y + height)
    context.line_to(x, y + height)
    context.close_path()
