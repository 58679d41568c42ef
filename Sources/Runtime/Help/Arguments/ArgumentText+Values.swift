extension ArgumentText {
    /// Printing, values, text, files, the session.
    static let values = """
        print.values | any values | The values to print.
        print.sep | string | The text between values.
        print.end | string | The text after the last value.
        print.all,show.all | boolean | Whether long lists and tables, or all of many images, are shown without leaving parts out.
        print.width | whole number or none | The columns of a line of a table or tensor, at least 20; none: 80, and 100 of a tensor.
        head.x,tail.x | table, list, string or tensor | What to take from.
        head.n,tail.n | whole number | How many rows or elements, or all where there are fewer.
        head.returns,tail.returns | table, list, string or tensor | A part, of the same kind.
        print.file | file or none | What to write to instead, as `open(path, "w")` gives it; `flush` is taken and changes nothing.
        print.raw | boolean | Whether control characters are sent to the terminal, and not shown.
        error.message | string | The message of the error.
        error.returns | - | Nothing: the error ends the statement.
        error.errors | - | Always: that is its purpose.
        len.x | string, list, record, set, tensor, table, dataset | What to count.
        len.returns | number | A whole number.
        range.start | number | The first number; alone, the end of a range from 0.
        range.stop | number or none | The end, which is not included; none: the range is from 0 to `start`.
        range.returns | list | A list whose numbers are made when they are used.
        range.errors | - | step is 0, or the range has more than 1e15 numbers.
        type.x | any value | The value to ask about.
        type.dtype | string or none | With a dtype, the tensor is converted.
        type.returns | string | Such as "number", "list" or "tensor"; with a dtype, a tensor.
        int.base | whole number | The base of a text's digits, from 2 to 36.
        number.x | string, boolean, number or tensor | What to convert; a tensor has one element.
        number.returns | number | Of a tracked tensor, a tensor, so that gradients flow.
        number.errors | - | The text is not a number, or the tensor has several elements.
        list.x | list, string, range, record, set, tensor | What to go through.
        list.returns | list | A new list; of a tensor, lists in lists.
        append.value,insert.value | any value | The element to add.
        append.returns,extend.returns,insert.returns,remove.returns,clear.returns,reverse.returns | none | Nothing: the name changes.
        update.returns,add.returns,discard.returns | none | Nothing: the name changes. `add` of tensors gives their sum.
        append.errors,extend.errors,reverse.errors | - | Called on something that has no name, or is no list.
        extend.values | list, string, record, set | The elements to add.
        insert.index | whole number | The new element stands before this position; negative positions count from the end.
        pop.list | list, record, set or table | What is changed.
        remove.list | list, record or set | What is changed.
        pop.index | whole number, key or none | The position in a list or the key of a record; none: the last element.
        pop.default | any value | The result if a record has no such key; without it, that is an error.
        pop.returns | any value | The element that was taken out.
        pop.errors | - | The list is empty or shorter, or the record has no such key and no default is given.
        remove.value | any value | The element to remove, or the key of a record.
        remove.errors | - | There is no such element or key.
        reversed.x,enumerate.x | list, string or range | The elements to go through.
        reversed.returns | list or string | A new list, or a string for a string.
        enumerate.start | whole number | The number of the first element.
        enumerate.returns | list | Pairs [index, element].
        zip.lists | lists, tensors, strings | What to go through side by side.
        zip.strict | boolean | Whether different lengths are an error.
        zip.returns | list | A list for each position.
        zip.errors | - | With strict=true, the lengths differ.
        map.f,filter.f | function | A function of one element.
        map.more | lists | Further arguments of f, from lists beside x.
        map.x,filter.x | list, string, range, tensor | The elements.
        map.returns,filter.returns | list | A new list.
        isinstance.kind | class, string or list | A class, the name of a kind, or several of these.
        isinstance.returns,bool.returns | boolean | true or false; `bool` of a tensor gives a tensor of bool.
        int.x,float.x | number, string, boolean or tensor | What to convert.
        int.returns,float.returns | number or tensor | A tensor for a tensor.
        int.errors,float.errors | - | The text is not a number.
        copy.returns | any value | The same value.
        iter.x | list, string, range, record, set, tensor, dataset | What to go through.
        iter.returns | iterator | Has a state: each `next` takes one element.
        next.iterator | iterator | What `iter` gave.
        next.default | any value | The result after the last element; without it, that is an error.
        next.returns | any value | The next element.
        next.errors | - | There is no further element and no default.
        sorted.x | list, string, set or tensor | The elements.
        sorted.reverse | boolean | Whether the greatest comes first.
        sorted.returns | list | A new list.
        sorted.errors | - | The elements cannot be compared, such as a number with a string.
        index.x,count.x | list or string | Where to look.
        index.start | whole number | The first position to look at; negative ones count from the end.
        index.stop | whole number or none | The position to stop before; none: the end.
        index.value,count.value | any value | The element or part to look for.
        index.returns,count.returns | number | A whole number.
        index.errors | - | There is no such element or part.
        clear.x | list, record or set | What is emptied.
        record.pairs | list, record or none | Pairs [key, value], or a record to copy.
        record.returns,merge.returns,counts.returns | record | A new record.
        record.errors | - | A key is a tensor, record or function, which cannot be keys.
        keys.returns,values.returns | list | In the order of the record.
        items.returns,most_common.returns | list | Pairs [key, value].
        get.name,setdefault.name | any value | The key.
        get.default,setdefault.default | any value | The result if the record has no such key.
        get.returns,setdefault.returns | any value | The value of the key.
        merge.others | records | The records whose fields are added; later ones win. Of `runs`: files of kept runs, also by patterns.
        update.record | record or set | What is changed.
        update.other | record, set, list or none | The fields or elements to add.
        counts.x | list, string or tensor | What to count.
        most_common.record | record | Numbers by key, as `counts` gives them.
        most_common.n | whole number or none | How many; none gives all.
        set.x | list, string, range or tensor | The elements.
        set.returns,union.returns,intersection.returns,difference.returns | set | A new set.
        set.errors | - | An element is a tensor, record or function, which cannot be in a set.
        add.set,discard.set | set | The set that is changed.
        add.value,discard.value | any value | The element.
        union.set,intersection.set,difference.set | set or list | The first set.
        union.others,intersection.others,difference.others | sets or lists | Further sets.

        str.x | any value | The value to write.
        replace.old | string | The text that is replaced.
        replace.count,substitute.count | whole number or none | The most replacements; none replaces all.
        words.returns,splitlines.returns,find_all.returns | list | A list of strings; of a pattern with several groups, of lists.
        join.x | list or table | The texts to join, or the first table.
        join.with | string or table | The separator, or the second table.
        join.on | string, list or none | The column or columns that both tables share.
        join.how | string | "inner", "left" or "outer": which rows without a partner stay.
        join.returns | string or table | A string for a list, a table for tables.
        join.errors | - | The list holds other things than texts, or a table has no such column.
        starts_with.part,ends_with.part | string or list | The text to compare with, or several of which one is enough.
        starts_with.returns,ends_with.returns,isdigit.returns,isalpha.returns,isalnum.returns | boolean | true or false.
        isspace.returns,isupper.returns,islower.returns | boolean | true or false.
        find.start,rfind.start | whole number | The position where the search starts.
        find.returns,rfind.returns | number | A position from 0, or -1.
        ord.character | string | One character.
        ord.returns | number | The code point, a whole number.
        ord.errors | - | The text has no or several characters.
        chr.number | whole number | The code point.
        chr.errors | - | Unicode has no such character.
        format.x | any value or string | The value, or a text with `{}` places.
        format.values | any values | The values for the places; of a value, the format such as ".2f".
        format.errors | - | The format does not exist, or it does not fit the value.
        match.returns,search.returns,fullmatch.returns | record or none | {text, start, end, groups, names}.
        substitute.new | string or function | The replacement, or a function of the match's record that gives it.

        read.returns | string | The whole text.
        read.errors,lines.errors | - | The file does not exist or is not text in that encoding.
        lines.returns,files.returns | list | A list of strings.
        exists.path,make_folder.path | string | The path of a file or folder.
        exists.returns | boolean | true or false.
        files.pattern | string | A path with `*`, `?`, `[a-z]` or `**`, or the path of a folder.
        make_folder.returns | none | Nothing.
        path_join.parts | strings | The parts of the path.
        splitext.returns | list | [path without ending, ending].
        to_json.value | any plain value | Numbers, strings, booleans, none, lists, records, tensors, tables.
        to_json.indent | boolean | Whether each part gets a line of its own.
        to_json.spaced | boolean | Whether a space follows each comma and colon, as Python writes it.
        to_json.ascii | boolean | Whether other letters than those of ASCII are written by their numbers, `\\u00e9`.
        to_json.errors | - | The value holds a function or a model, which JSON cannot.
        from_json.text | string | JSON.
        from_json.returns | any value | Numbers, strings, booleans, none, lists and records.
        from_json.errors | - | The text is not JSON; the message has the place.
        encode.x | string or vocabulary | The text, or the vocabulary to read a text by.
        encode.text | string, list or none | With a vocabulary: the text or texts.
        encode.returns | list or tensor | Bytes from 0 to 255, or numbers of tokens, int64 [tokens].
        encode.errors | - | The vocabulary has no such token and none for unknown ones.
        decode.x | list, tensor or vocabulary | The bytes, or the vocabulary to write tokens by.
        decode.tokens | tensor, list or none | With a vocabulary: numbers of tokens, [tokens] or [rows, tokens].
        decode.returns | string or list | A text, or a list of texts for several rows.
        decode.errors | - | The bytes are not UTF-8, or the vocabulary has no such number.
        corpus.path | string | The path of a file of text, plain or .gz.
        corpus.returns | corpus | {text, tokens, vocabulary, name}.
        vocabulary.texts | string or list | A text, several texts, or lists of tokens.
        vocabulary.returns | vocabulary | v["a"] is a number, v[3] a token.
        windows.x | corpus, tensor or list | The sequence, [n] or [n, ...].
        windows.size | whole number | The length of each part; less than n.
        windows.step | whole number or none | The distance between the starts of parts; none: they do not overlap.
        windows.returns | dataset | Examples x [size, ...] with targets of the same size, one place later.
        windows.errors | - | The sequence is not longer than `size`.
        pad_sequence.lists | list | Sequences: lists or tensors [length, ...].
        pad_sequence.value | number | The value of the padding.
        pad_sequence.length | whole number or none | The length of all; none: that of the longest.
        pad_sequence.batch_first | boolean | Whether the result is [n, length, ...] and not [length, n, ...].
        pad_sequence.returns | tensor | [n, length, ...].

        runs.returns | table | A row for each run.
        run.id | whole number or string | The number of a kept run, or the path of a notebook to run.
        run.returns | run | The kept run; nothing for a notebook.
        compare.runs | whole numbers or runs | The runs to compare.
        compare.returns | table | A column for each run; a figure of the losses is drawn too.
        note.text | string | The note; it replaces an earlier one.
        forget.run | whole number, run or none | The run to take out.
        forget.all | boolean | Whether all runs are taken out.
        note.returns,forget.returns | none | Nothing.
        sql.query | string | A SELECT statement of SQLite.
        sql.returns | table | A row for each row of the answer.
        sql.errors | - | The query is not valid SQL, or it would write.

        help.topic | string or function | A name, a page, or a word to search for.
        help.returns | none | Nothing; the help is printed.
        vars.returns | table | Columns name, kind and value.
        threads.n | whole number or none | The new number of threads, at least 1; none leaves it.
        threads.returns | number | The number of threads.
        rank.returns | number | From 0 to ranks() - 1.
        ranks.returns | number | The number of processes, at least 1.
        input.prompt | string | What stands in front of the answer.
        input.returns | string | The line, without its end.
        input.errors | - | Nobody can be asked, or the input has ended.
        quit.status | whole number | The exit status of the program, from 0 to 255.
        quit.returns | - | Nothing: the program ends.
        time.returns,clock.returns | number | Seconds.
        sleep.seconds | number | How long, at most a day.
        sleep.returns | none | Nothing.
        timeit.f | function | A function without arguments.
        timeit.repeat | whole number | How many measurements to take.
        timeit.number | whole number or none | The calls in each measurement; none: as many as take a hundredth of a second.
        timeit.returns | record | {best, median, mean, worst, repeat, number}; times in seconds a call.

        table.rows | list or record | Records, one for each row, or a record of columns.
        table.errors | - | The columns have different lengths.
        sort.x | table, list or tensor | What to sort.
        sort.by | string, list, function or none | Columns, "-name" for descending; or a function of an element.
        sort.dim | whole number or none | The axis of a tensor, for values and indices.
        sort.returns | table, list, tensor or record | Sorted; the given value stays as it is.
        drop.columns | list of strings or string | The columns.
        get_dummies.columns | list of strings, string or none | The columns; none: those that hold texts.
        get_dummies.drop_first | boolean | Whether the first value of each gets no column.
        drop.axis | whole number | 1: columns are left out, which alone are.
        dropna.columns | list of strings, string or none | The columns in which nothing may be missing; none: all.
        rename.columns | record or function | The new names by the old ones, {old="new"}; or a function of a name.
        isna.x,notna.x | list, tensor or table | What to look through; a column of a table is a list.
        isna.returns,notna.returns | tensor or table | A mask [N] of booleans, of a tensor of its shape.
        fillna.x,dropna.x | list, table or tensor | What to fill, or to leave parts out of.
        fillna.value | any value, or record by column | What stands where something was missing.
        fillna.returns,dropna.returns | list, table or tensor | As it was given.
        select.columns | strings or a list of them | The columns to keep.
        group.by | strings or a list of them | The column or columns whose equal values make a group.
        group.how | string, record or function | "mean", "sum", "min", "max", "median", "std", "var", "sem", "first", "last", "count" or "nunique".
        to_csv.path | string | The path of the file to write.
        to_csv.returns | none | Nothing; the file is written.
        """
}
