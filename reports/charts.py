"""The charts of reports are those of the pages."""

from iom.kernel.charts import Series, bar_chart, line_chart, stacked_bar_chart

__all__ = ["Series", "bar_chart", "line_chart", "stacked_bar_chart"]
