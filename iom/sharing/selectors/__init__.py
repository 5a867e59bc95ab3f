"""What pages, files and packs show of sharing; already limited to what the reader may see."""
