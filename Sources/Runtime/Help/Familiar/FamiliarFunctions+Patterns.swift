extension FamiliarFunctions {
    /// Those of Python's `re`.
    static let patternFunctions = #"""
        class match_object(whole, first, last, parts, named) {
          fn part(which) = named[which] if isinstance(which, str) else (whole if which == 0 else parts[which - 1])
          fn group(*which) {
            if len(which) == 0 { return whole }
            picked = [self.part(k) for k in which]
            picked[0] if len(picked) == 1 else picked
          }
          fn groups(default=none) = [default if part == none else part for part in parts]
          fn groupdict() = named
          fn start() = first
          fn end() = last
          fn span() = [first, last]
          fn get(which) = self.part(which)
          fn show() = "match of \"{whole}\" from {first} to {last}"
        }
        fn matched(found) = none if found == none else match_object(found.text, found.start, found.end, found.groups, found.names)
        # Gets the matches one by one, as `substitute` finds them.
        class match_list() {
          found = []
          fn add(m) {
            self.found.append(matched(m))
            ""
          }
        }
        fn pattern_of(pattern, flags) {
          if isinstance(pattern, compiled_pattern) { return pattern_of(pattern.pattern, pattern.flags + flags) }
          if flags // 64 % 2 == 1 { error("patterns are written without spaces and remarks here: leave `re.X` out") }
          letters = "".join([letter for letter, flag in [["i", 2], ["m", 8], ["s", 16]] if flags // flag % 2 == 1])
          pattern if letters == "" else "(?{letters})" + pattern
        }
        class compiled_pattern(pattern, flags) {
          fn findall(text) = pattern_findall(self, text)
          fn finditer(text) = pattern_finditer(self, text)
          fn search(text) = pattern_search(self, text)
          fn match(text) = pattern_match(self, text)
          fn fullmatch(text) = pattern_fullmatch(self, text)
          fn split(text, maxsplit=0) = pattern_split(self, text, maxsplit)
          fn sub(new, text, count=0) = pattern_sub(self, new, text, count)
          fn show() = "pattern \"{pattern}\""
        }
        fn pattern_compile(pattern, flags=0) {
          if isinstance(pattern, compiled_pattern) { return pattern }
          # A pattern that is none fails here.
          search("", pattern_of(pattern, flags))
          compiled_pattern(pattern, flags)
        }
        fn pattern_findall(pattern, text, flags=0) = find_all(text, pattern_of(pattern, flags))
        fn pattern_finditer(pattern, text, flags=0) {
          matches = match_list()
          substitute(text, pattern_of(pattern, flags), m -> matches.add(m))
          matches.found
        }
        fn pattern_sub(pattern, new, text, count=0, flags=0) =
          substitute(text, pattern_of(pattern, flags), new if isinstance(new, str) else (m -> new(matched(m))), count=count if count > 0 else none)
        fn pattern_match(pattern, text, flags=0) = matched(match(text, pattern_of(pattern, flags)))
        fn pattern_search(pattern, text, flags=0) = matched(search(text, pattern_of(pattern, flags)))
        fn pattern_fullmatch(pattern, text, flags=0) = matched(fullmatch(text, pattern_of(pattern, flags)))
        fn pattern_split(pattern, text, maxsplit=0, flags=0) =
          split(text, pattern=pattern_of(pattern, flags), maxsplit=maxsplit if maxsplit > 0 else none)
        fn pattern_escape(text) = "".join([("\\" + c) if c in '.^$*+?{}[]\|()-&#~ ' else c for c in text])
        """#
}
