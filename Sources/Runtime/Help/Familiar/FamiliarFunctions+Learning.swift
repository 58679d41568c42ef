extension FamiliarFunctions {
    /// Those of scikit-learn: figures of classifiers, and data in parts.
    static let learningFunctions = #"""
        fn same_count(truth, predicted, word) {
          truth, predicted = list(truth), list(predicted)
          if len(truth) != len(predicted) { error("`{word}` got {len(truth)} true and {len(predicted)} predicted labels") }
          if len(truth) == 0 { error("`{word}` got no labels") }
          [truth, predicted]
        }
        fn accuracy(truth, predicted, normalize=true) {
          truth, predicted = same_count(truth, predicted, "accuracy_score")
          right = sum([1 if truth[i] == predicted[i] else 0 for i in range(len(truth))])
          right / len(truth) if normalize else right
        }
        fn labels_of(*lists) = sorted(list(set([label for labels in lists for label in labels])))
        fn confusion_of(y_true, y_pred, labels=none) {
          truth, predicted = same_count(y_true, y_pred, "confusion_matrix")
          names = labels_of(truth, predicted) if labels == none else list(labels)
          places = {[name]=i for i, name in enumerate(names)}
          n = len(names)
          cells = [places[truth[i]] * n + places[predicted[i]] for i in range(len(truth)) if truth[i] in places and predicted[i] in places]
          reshape(bincount(tensor(cells, dtype="int64"), minlength=n * n), [n, n])
        }
        # For each class: how many are right, how many are predicted, and how many there are.
        fn class_figures(y_true, y_pred, word) {
          truth, predicted = same_count(y_true, y_pred, word)
          names = labels_of(truth, predicted)
          cells = confusion_of(truth, predicted, labels=names).double()
          {names=names, right=diag(cells), predicted=sum(cells, axis=0), there=sum(cells, axis=1)}
        }
        fn averaged(scores, figures, average, pos_label, word) {
          if average == none { return scores }
          if average == "macro" { return mean(scores) }
          if average == "weighted" { return sum(scores * figures.there) / sum(figures.there) }
          if average != "binary" { error("`average` of `{word}` is \"binary\", \"macro\", \"micro\", \"weighted\" or none") }
          if len(figures.names) > 2 { error("`{word}` of more than two classes needs `average`: \"macro\", \"micro\" or \"weighted\"") }
          if not pos_label in figures.names { return 0 }
          scores[figures.names.index(pos_label)].item()
        }
        fn share(part, whole) = where(whole > 0, part / clip(whole, 1, inf), 0)
        fn precision_of(y_true, y_pred, average="binary", pos_label=1, zero_division=0) {
          figures = class_figures(y_true, y_pred, "precision_score")
          if average == "micro" { return sum(figures.right) / sum(figures.predicted) }
          averaged(share(figures.right, figures.predicted), figures, average, pos_label, "precision_score")
        }
        fn recall_of(y_true, y_pred, average="binary", pos_label=1, zero_division=0) {
          figures = class_figures(y_true, y_pred, "recall_score")
          if average == "micro" { return sum(figures.right) / sum(figures.there) }
          averaged(share(figures.right, figures.there), figures, average, pos_label, "recall_score")
        }
        fn f1_of(y_true, y_pred, average="binary", pos_label=1, zero_division=0) {
          figures = class_figures(y_true, y_pred, "f1_score")
          if average == "micro" { return sum(figures.right) / sum(figures.there) }
          averaged(share(2 * figures.right, figures.predicted + figures.there), figures, average, pos_label, "f1_score")
        }
        # Right and wrong ones among those whose score is at least each threshold.
        fn hits_by_score(y_true, y_score, pos_label, word) {
          truth, scores = same_count(y_true, y_score, word)
          scores = array(scores)
          hits = tensor([label == pos_label for label in truth], dtype="int64")
          if sum(hits) == 0 or sum(hits) == len(hits) { error("`{word}` needs labels of both classes, {pos_label} and another") }
          order = argsort(-scores)
          scores, hits = scores[order], hits[order]
          ends = concat([flat_nonzero(diff(scores)), tensor([len(scores) - 1], dtype="int64")])
          right = cumsum(hits)[ends]
          {right=concat([tensor([0], dtype="int64"), right]).double(), wrong=concat([tensor([0], dtype="int64"), ends + 1 - right]).double(), thresholds=concat([array([inf]), scores[ends].double()])}
        }
        fn roc_of(y_true, y_score, pos_label=1, drop_intermediate=true) {
          found = hits_by_score(y_true, y_score, pos_label, "roc_curve")
          n = len(found.right)
          # Points in the middle of a straight line change nothing of it.
          kept = [i for i in range(n) if not drop_intermediate or i == 0 or i == n - 1 or found.right[i + 1] - 2 * found.right[i] + found.right[i - 1] != 0 or found.wrong[i + 1] - 2 * found.wrong[i] + found.wrong[i - 1] != 0]
          [(found.wrong / found.wrong[-1])[kept], (found.right / found.right[-1])[kept], found.thresholds[kept]]
        }
        fn auc_of(x, y) = trapezoid(array(y), x=array(x))
        fn roc_auc_of(y_true, y_score) {
          found = hits_by_score(y_true, y_score, 1, "roc_auc_score")
          trapezoid(found.right, x=found.wrong) / (found.right[-1] * found.wrong[-1]).item()
        }
        class k_fold(n_splits, is_shuffled, seed) {
          fn get_n_splits(x=none, y=none, groups=none) = n_splits
          fn split(x, y=none, groups=none) {
            n = len(x)
            if n_splits > n { error("`KFold` makes {n_splits} parts, and there are {n} examples") }
            order = mixed(n, seed) if is_shuffled else list(range(n))
            parts = array_split(tensor(order, dtype="int64"), n_splits)
            [[sort(concat([parts[j] for j in range(n_splits) if j != i])), sort(parts[i])] for i in range(n_splits)]
          }
          fn show() = "KFold of {n_splits} parts: `.split(x)` gives the places of training and test examples"
        }
        fn k_fold_of(n_splits=5, shuffle=false, random_state=none) {
          if n_splits != floor(n_splits) or n_splits < 2 { error("`KFold` makes at least 2 parts") }
          k_fold(n_splits, shuffle, random_state)
        }
        class stratified_k_fold(n_splits, is_shuffled, seed) {
          fn get_n_splits(x=none, y=none, groups=none) = n_splits
          # Each class is dealt out in turn, so that each part has its share of it, as in scikit-learn.
          fn split(x, y, groups=none) {
            truth = list(y)
            n = len(truth)
            if len(x) != n { error("`StratifiedKFold` got {len(x)} examples and {n} labels") }
            found = {}
            for label in truth { if not label in found { found[label] = len(found) } }
            sizes = [truth.count(label) for label in found.keys()]
            if max(sizes) < n_splits { error("`StratifiedKFold` makes {n_splits} parts, and no class has as many examples") }
            if min(sizes) < n_splits { print("the smallest class has {min(sizes)} examples, fewer than the {n_splits} parts") }
            codes = [found[label] for label in truth]
            ordered = sort(tensor(codes, dtype="int64"))
            shares = [[int(sum(ordered[i::n_splits] == c)) for c in range(len(found))] for i in range(n_splits)]
            part_of = [0] * n
            for c in range(len(found)) {
              parts = []
              for i in range(n_splits) { parts = parts + [i] * shares[i][c] }
              if is_shuffled { parts = [parts[i] for i in mixed(len(parts), none if seed == none else seed + c)] }
              places = [i for i in range(n) if codes[i] == c]
              for k, place in enumerate(places) { part_of[place] = parts[k] }
            }
            [[tensor([p for p in range(n) if part_of[p] != i], dtype="int64"), tensor([p for p in range(n) if part_of[p] == i], dtype="int64")] for i in range(n_splits)]
          }
          fn show() = "StratifiedKFold of {n_splits} parts: `.split(x, y)` gives the places of training and test examples"
        }
        fn stratified_k_fold_of(n_splits=5, shuffle=false, random_state=none) {
          if n_splits != floor(n_splits) or n_splits < 2 { error("`StratifiedKFold` makes at least 2 parts") }
          stratified_k_fold(n_splits, shuffle, random_state)
        }
        class label_encoder() {
          classes_ = none
          fn fit(y) {
            self.classes_ = labels_of(list(y))
            self
          }
          fn transform(y) {
            if classes_ == none { error("the encoder knows no classes yet: `encoder.fit(y)`, or `encoder.fit_transform(y)`") }
            places = {[name]=i for i, name in enumerate(classes_)}
            for label in list(y) { if not label in places { error("`LabelEncoder` knows no class {label}") } }
            tensor([places[label] for label in list(y)], dtype="int64")
          }
          fn fit_transform(y) = self.fit(y).transform(y)
          fn inverse_transform(y) = [classes_[i] for i in list(y)]
        }
        """#
}
