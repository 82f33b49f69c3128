"""Japanese: words and their readings by UniDic, figures with their counters, kana to symbols."""
