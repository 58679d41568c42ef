extension FamiliarFunctions {
    /// Those of Python's own words and of its modules.
    static let pythonFunctions = #"""
        fn message_of(message="") = str(message)
        fn raise_error(problem=none) {
          if type(problem) == "record" and "message" in problem { error(problem.message) }
          words = problem() if type(problem) == "function" else str(problem)
          # Of a kind of error alone, its name says what is wrong.
          error(str(problem).split("(")[0] if type(problem) == "function" and words == "" else words)
        }
        fn close_numbers(a, b, rel_tol=1e-9, abs_tol=0) = a == b or abs(a - b) <= max(rel_tol * max(abs(a), abs(b)), abs_tol)
        fn logarithm(x, base=none) = log(x) if base == none else log(x) / log(base)
        fn factorial(n) {
          if n < 0 or n != floor(n) { error("`factorial` takes a whole number of at least 0, and got {n}") }
          if n > 170 { error("`factorial` of {n} is larger than a number can be") }
          total = 1
          for i in range(2, n + 1) { total *= i }
          total
        }
        fn choose(n, k) {
          if k < 0 or k > n { return 0 }
          if min(k, n - k) > 100000 { error("`comb` of {n} and {k} is larger than a number can be") }
          total = 1
          for i in range(min(k, n - k)) { total = round(total * (n - i) / (i + 1)) }
          total
        }
        fn divisor(*numbers) = reduce((a, b) -> divisor_of_two(abs(a), abs(b)), numbers, 0)
        fn divisor_of_two(a, b) {
          while b != 0 { a, b = b, a % b }
          a
        }

        # The record that a dictionary of these classes holds.
        fn record_of(x) = x.amounts if isinstance(x, Counter) else (x.entries if isinstance(x, defaultdict) else x)
        fn without_zeros(amounts) = {[key]=n for key, n in amounts if n != 0}
        fn amounts_in(more) {
          amounts = record_of(more)
          if type(amounts) == "record" { return amounts }
          amounts = {}
          for key in more { amounts[key] = amounts.get(key, 0) + 1 }
          amounts
        }
        class Counter(start=none, **more) {
          amounts = {}
          fn update(_more=none, **named) {
            for amounts in [{} if _more == none else amounts_in(_more), named] {
              for key, n in amounts { self.amounts[key] = self.amounts.get(key, 0) + n }
            }
          }
          fn subtract(more) { for key, n in amounts_in(more) { self.amounts[key] = self.amounts.get(key, 0) - n } }
          fn setdefault(key, default=none) {
            if not key in self.amounts { self.amounts[key] = default }
            self.amounts[key]
          }
          fn clear() { self.amounts = {} }
          fn copy() = Counter(self)
          fn get_item(key) = self.amounts.get(key, 0)
          fn get(key, default=none) = self.amounts.get(key, default)
          fn set(key, n) { self.amounts[key] = n }
          fn pop(key, *default) = self.amounts.pop(key, *default)
          fn most_common(n=none) = most_common(self.amounts, n)
          fn keys() = keys(self.amounts)
          fn values() = values(self.amounts)
          fn items() = items(self.amounts)
          fn total() = sum(values(self.amounts))
          fn elements() = [key for key, n in self.amounts for i in range(n)]
          fn iterate() = keys(self.amounts)
          fn len() = len(self.amounts)
          fn +(a, b) {
            both = Counter(a)
            both.update(b)
            both
          }
          fn -(a, b) {
            rest = Counter()
            for key, n in a.amounts { if n > b[key] { rest.set(key, n - b[key]) } }
            rest
          }
          fn &(a, b) {
            shared = Counter()
            for key, n in a.amounts { if min(n, b[key]) > 0 { shared.set(key, min(n, b[key])) } }
            shared
          }
          fn |(a, b) {
            all = Counter()
            for key in [*keys(a.amounts), *keys(b.amounts)] { if max(a[key], b[key]) > 0 { all.set(key, max(a[key], b[key])) } }
            all
          }
          fn ==(a, b) {
            if not isinstance(a, Counter) or not isinstance(b, Counter) { return record_of(a) == record_of(b) }
            without_zeros(a.amounts) == without_zeros(b.amounts)
          }
          fn show() = "Counter(" + str(record(most_common(self.amounts))) + ")"
          self.update(start, **more)
        }

        class defaultdict(factory=none, start=none) {
          entries = {} if start == none else record(record_of(start))
          fn made() {
            for kind, value in [[list, []], [int, 0], [float, 0], [str, ""], [set, set([])], [bool, false], [record, {}]] {
              if factory == kind { return value }
            }
            factory()
          }
          fn get(key, default=none) = self.entries.get(key, default)
          fn get_item(key) {
            if not key in self.entries { self.entries[key] = self.made() }
            self.entries[key]
          }
          fn set(key, value) { self.entries[key] = value }
          fn keys() = keys(self.entries)
          fn values() = values(self.entries)
          fn items() = items(self.entries)
          fn pop(key, *default) = self.entries.pop(key, *default)
          fn update(_other=none, **fields) {
            for key, value in (record(none if _other == none else record_of(_other))) { self.entries[key] = value }
            for key, value in fields { self.entries[key] = value }
          }
          fn setdefault(key, default=none) {
            if not key in self.entries { self.entries[key] = default }
            self.entries[key]
          }
          fn clear() { self.entries = {} }
          fn copy() = defaultdict(factory, self)
          fn iterate() = keys(self.entries)
          fn len() = len(self.entries)
          fn ==(a, b) = record_of(a) == record_of(b)
          fn show() = str(self.entries)
        }

        class deque(values=[], maxlen=none) {
          parts = []
          first = 0
          fn settle() {
            if self.first > 0 { self.parts = self.parts[self.first:] }
            self.first = 0
          }
          fn append(value) {
            self.parts.append(value)
            if maxlen != none and self.len() > maxlen { gone = self.popleft() }
          }
          fn appendleft(value) {
            if self.first > 0 {
              self.first -= 1
              self.parts[self.first] = value
            } else {
              self.parts.insert(0, value)
            }
            if maxlen != none and self.len() > maxlen { gone = self.parts.pop() }
          }
          fn extend(more) { for value in list(more) { self.append(value) } }
          fn extendleft(more) { for value in list(more) { self.appendleft(value) } }
          fn insert(place, value) {
            self.settle()
            if maxlen != none and len(self.parts) >= maxlen { error("the deque holds its `maxlen` of {maxlen} elements already") }
            self.parts.insert(place, value)
          }
          fn remove(value) {
            self.settle()
            self.parts.remove(value)
          }
          fn reverse() {
            self.settle()
            self.parts.reverse()
          }
          fn index(value, start=0, stop=none) = index(self.iterate(), value, start, stop)
          fn count(value) = count(self.iterate(), value)
          fn copy() = deque(self, maxlen)
          fn pop() {
            if self.len() == 0 { self.settle() }
            self.parts.pop()
          }
          fn popleft() {
            if self.len() == 0 { self.clear() }
            value = self.parts[self.first] if self.parts else self.parts.pop()
            self.parts[self.first] = none
            self.first += 1
            if self.first > 32 and 2 * self.first > len(self.parts) { self.settle() }
            value
          }
          fn clear() {
            self.parts = []
            self.first = 0
          }
          fn rotate(n=1) {
            self.settle()
            count = len(self.parts)
            if count > 0 { self.parts = [self.parts[(i - n) % count] for i in range(count)] }
          }
          fn get(place) {
            if self.first > 0 and place < 0 { self.settle() }
            self.parts[place + self.first]
          }
          fn set(place, value) {
            if self.first > 0 and place < 0 { self.settle() }
            self.parts[place + self.first] = value
          }
          fn iterate() = self.parts[self.first:]
          fn len() = len(self.parts) - self.first
          fn ==(a, b) = isinstance(a, deque) and isinstance(b, deque) and list(a) == list(b)
          fn show() = "deque({self.iterate()})"
          self.extend(values)
        }
        """#
}
