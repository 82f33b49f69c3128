"""Mandarin: words, pinyin with polyphones and tone sandhi, and the teacher's symbols for it."""
