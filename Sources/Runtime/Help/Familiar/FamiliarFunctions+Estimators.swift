extension FamiliarFunctions {
    /// Those of scikit-learn that learn from data, and rarer ones of `torch.linalg`.
    static let estimatorFunctions = #"""
        fn as_fractions(x) {
          x = array(x)
          x if x.dtype in ["float32", "float64"] else x.double()
        }
        fn examples_of(x, word) {
          x = as_fractions(x)
          if x.ndim != 2 { error("`{word}` takes a row for each example, [n, features], and got the shape {x.shape}") }
          x
        }
        class pca(n_components, whiten) {
          mean_, components_, explained_variance_, explained_variance_ratio_, singular_values_, n_components_ = none, none, none, none, none, none
          fn fit(x, y=none) {
            x = examples_of(x, "PCA")
            if len(x) < 2 { error("`PCA` takes at least 2 examples") }
            centre = mean(x.double(), axis=0)
            u, s, v = svd(x.double() - centre, full_matrices=false)
            # Of each direction the largest part is positive, as in scikit-learn.
            v = v * sign(gather(v, 1, argmax(abs(v), axis=1, keepdims=true)))
            variances = s ** 2 / (len(x) - 1)
            shares = variances / sum(variances)
            count = len(s) if n_components == none else n_components
            if 0 < count and count < 1 { count = int(sum(cumsum(shares) <= count).item()) + 1 }
            if count != floor(count) or count < 1 or count > len(s) {
              error("`n_components` of `PCA` is a number from 1 to {len(s)}, the smaller one of examples and features, and got {n_components}")
            }
            self.n_components_, self.mean_, self.components_ = count, centre.type(x.dtype), v[:count].type(x.dtype)
            self.explained_variance_, self.explained_variance_ratio_ = variances[:count].type(x.dtype), shares[:count].type(x.dtype)
            self.singular_values_ = s[:count].type(x.dtype)
            self
          }
          fn transform(x) {
            if components_ == none { error("the `PCA` knows no data yet: `pca.fit(x)`, or `pca.fit_transform(x)`") }
            y = (examples_of(x, "PCA") - mean_) @ components_.T
            y / sqrt(explained_variance_) if whiten else y
          }
          fn fit_transform(x, y=none) = self.fit(x).transform(x)
          fn inverse_transform(y) {
            y = as_fractions(y)
            (y * sqrt(explained_variance_) if whiten else y) @ components_ + mean_
          }
          fn show() = "PCA(n_components={n_components})"
        }
        fn pca_of(n_components=none, whiten=false, random_state=none, svd_solver="auto") = pca(n_components, whiten)
        class range_scaler(feature_range) {
          data_min_, data_max_ = none, none
          fn fit(x, y=none) {
            x = examples_of(x, "MinMaxScaler")
            self.data_min_, self.data_max_ = min(x, axis=0), max(x, axis=0)
            self
          }
          fn width() = where(data_max_ == data_min_, 1, data_max_ - data_min_)
          fn transform(x) {
            if data_min_ == none { error("the scaler knows no data yet: `scaler.fit(x)`, or `scaler.fit_transform(x)`") }
            low, high = feature_range
            (examples_of(x, "MinMaxScaler") - data_min_) / self.width() * (high - low) + low
          }
          fn fit_transform(x, y=none) = self.fit(x).transform(x)
          fn inverse_transform(x) = (as_fractions(x) - feature_range[0]) / (feature_range[1] - feature_range[0]) * self.width() + data_min_
        }
        fn range_scaler_of(feature_range=[0, 1]) = range_scaler(feature_range)
        class linear_regression(fit_intercept) {
          coef_, intercept_ = none, 0
          fn fit(x, y) {
            x, y = examples_of(x, "LinearRegression"), as_fractions(y)
            if len(x) != len(y) { error("`LinearRegression` got {len(x)} examples and {len(y)} targets") }
            left, right = (mean(x, axis=0), mean(y, axis=0)) if fit_intercept else (0, 0)
            # Of several solutions the smallest one, as in scikit-learn.
            weights = pinv((x - left).double()) @ (y - right).double()
            self.coef_ = (weights.T if y.ndim == 2 else weights).type(x.dtype)
            if fit_intercept { self.intercept_ = right - left @ weights.type(x.dtype) }
            self
          }
          fn predict(x) {
            if coef_ == none { error("the model knows no data yet: `model.fit(x, y)`") }
            examples_of(x, "LinearRegression") @ (coef_.T if coef_.ndim == 2 else coef_) + intercept_
          }
          fn score(x, y) {
            y = as_fractions(y)
            (1 - sum((y - self.predict(x)) ** 2) / sum((y - mean(y, axis=0)) ** 2)).item()
          }
        }
        fn linear_regression_of(fit_intercept=true) = linear_regression(fit_intercept)
        class nearest_neighbours(n_neighbors) {
          examples, classes_, codes = none, none, none
          fn fit(x, y) {
            x = examples_of(x, "KNeighborsClassifier")
            if len(x) != len(y) { error("`KNeighborsClassifier` got {len(x)} examples and {len(y)} labels") }
            if n_neighbors > len(x) { error("`KNeighborsClassifier` asks {n_neighbors} neighbours, and there are {len(x)} examples") }
            self.examples, self.classes_ = x, labels_of(list(y))
            places = {[name]=i for i, name in enumerate(classes_)}
            self.codes = tensor([places[label] for label in list(y)], dtype="int64")
            self
          }
          fn predict_proba(x) {
            if examples == none { error("the model knows no data yet: `model.fit(x, y)`") }
            x = examples_of(x, "KNeighborsClassifier")
            far = sum((x[:, none].double() - examples[none].double()) ** 2, axis=-1)
            near = codes[argsort(far, axis=1)[:, :n_neighbors]]
            mean((near[..., none] == arange(len(classes_))).double(), axis=1)
          }
          fn predict(x) {
            best = [classes_[i] for i in argmax(self.predict_proba(x), axis=1).tolist()]
            array(best)
          }
          fn score(x, y) = accuracy(list(y), list(self.predict(x)))
        }
        fn nearest_neighbours_of(n_neighbors=5) = nearest_neighbours(n_neighbors)

        fn torch_svd(input, some=true) {
          u, s, v = svd(input, full_matrices=not some)
          [u, s, transpose(v, -1, -2)]
        }
        fn pseudo_inverse(x) = pinv(x)
        fn log_determinant(x) {
          d = slogdet(x)
          if d[0] < 0 { nan } else { d[1] }
        }
        fn vector_norm(x, ord=2, dim=none, keepdim=false) {
          x = as_fractions(x)
          if dim == none and not keepdim { return norm(flatten(x), ord=ord) }
          size = abs(x)
          if ord == inf { return max(size, axis=dim, keepdims=keepdim) }
          if ord == 0 { return sum(x != 0, axis=dim, keepdims=keepdim).type(x.dtype) }
          sum(size ** ord, axis=dim, keepdims=keepdim) ** (1 / ord)
        }
        fn matrix_norm(x, ord="fro") = norm(x, ord=ord)
        fn multi_dot(arrays) = reduce((a, b) -> a @ b, [array(a) for a in arrays])
        fn solve_triangular(a, b, upper=false, left=true, unitriangular=false) {
          if not left or unitriangular { error("`solve_triangular` solves `a @ x = b`, by all of the triangle: leave `left` and `unitriangular` out") }
          solve(triu(a) if upper else tril(a), b)
        }
        """#
}
