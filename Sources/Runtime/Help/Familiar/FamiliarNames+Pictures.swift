extension FamiliarNames {
    static let matplotlib: [FamiliarSection] = [
        FamiliarSection(
            "Charts: `plt` works as it is written and draws at `plt.show()`; in dls one command draws a chart",
            [
                .instead("plt.plot(xs, ys)", "plot xs ys", for: "plt"),
                .instead("plt.plot(xs, ys); plt.plot(xs, zs)", "plot xs [ys, xs]", "several lines over one x", for: ""),
                .instead(
                    "plt.scatter(xs, ys, c=classes)", "plot xs ys kind=\"scatter\" color=[\"a\", \"b\", \"a\"]", for: ""
                ),
                .instead("plt.bar(names, ys)", "plot ys kind=\"bar\" labels=[\"a\", \"b\", \"c\"]", for: "bar"),
                .instead("plt.hist(xs, bins=10)", "plot xs kind=\"histogram\" bins=10", for: ""),
                .instead("plt.boxplot([xs, ys])", "plot [xs, ys] kind=\"box\"", for: "boxplot violinplot"),
                .instead("plt.contourf(x)", "plot x kind=\"contour\"", for: "contourf contour"),
                .instead(
                    "plt.imshow(x)", "show x", "also images of a dataset: `show data.x[0]`", for: "imshow matshow"),
                .instead("sns.heatmap(x)", "plot x kind=\"heatmap\"", for: "heatmap sns seaborn"),
                .instead(
                    "plt.subplots(1, 2)", "grid [plot(xs), plot(ys)]", "a list of lists has rows",
                    for: "subplots subplot add_subplot"),
                .instead(
                    "plot_decision_boundary(f, X, y)", "plot_regions net data",
                    for: "plot_decision_boundary plot_decision_regions"),
            ]),
        FamiliarSection(
            "Settings",
            [
                .instead("plt.title(\"loss\")", "plot xs title=\"loss\"", for: "set_title suptitle"),
                .instead(
                    "plt.xlabel(\"epoch\"); plt.ylabel(\"loss\")", "plot xs x=\"epoch\" y=\"loss\"",
                    for: "xlabel ylabel set_xlabel set_ylabel"),
                .instead(
                    "plt.legend([\"a\", \"b\"])", "plot [xs, ys] labels=[\"a\", \"b\"]",
                    "series with names have a legend", for: "legend"),
                .instead(
                    "plt.figure(figsize=(8, 4))", "plot xs size=[8, 4]", "in inches; figsize= too", for: "gcf gca"),
                .instead("plt.xlim(0, 2)", "plot xs xlim=[0, 2]", for: "xlim set_xlim"),
                .instead("plt.ylim(0, 4)", "plot xs ylim=[0, 4]", for: "ylim set_ylim axis"),
                .instead("plt.xticks([0, 1, 2])", "plot xs xticks=[0, 1, 2]", for: "xticks set_xticks set_xticklabels"),
                .instead("plt.yticks([1, 2, 3])", "plot xs yticks=[1, 2, 3]", for: "yticks set_yticks set_yticklabels"),
                .instead("plt.yscale(\"log\")", "plot xs log=\"y\"", for: "yscale semilogy set_yscale"),
                .instead("plt.semilogx(x, y)", "plot [1, 10, 100] xs log=\"x\"", for: "semilogx xscale"),
                .instead("plt.loglog(x, y)", "plot [1, 10, 100] xs log=\"xy\"", for: "loglog"),
                .instead("plt.axhline(2)", "plot xs hline=2", for: "axhline"),
                .instead("plt.axvline(2)", "plot xs vline=2", for: "axvline"),
                .instead(
                    "plt.fill_between(xs, low, high)", "plot ys band=0.1", "`band=[low, high]` by its edges",
                    for: "fill_between"),
                .instead(
                    "plt.errorbar(xs, ys, yerr=err)", "plot ys error=0.1", "`error=` also takes one for each point",
                    for: "errorbar"),
                .instead("plt.text(1, 2, \"here\")", "plot xs text=[1, 2, \"here\"]", for: "annotate"),
                .refused("plt.colorbar()", "a heat map has a bar of colours by itself", for: "colorbar"),
                .refused(
                    "plt.grid(True)", "charts have lines to read them by; `grid` puts figures side by side", for: ""),
                .refused(
                    "plt.show()", "`plot` draws at once, and what `plt` has put together appears here",
                    for: "tight_layout subplots_adjust"),
                .refused(
                    "ax.add_patch(...)",
                    "no shapes are drawn over charts: `plot` takes hline=, vline=, text= and band=",
                    for: "add_patch Rectangle Circle"),
                .refused(
                    "plt.stem(xs, ys)",
                    "there are no stems: `plt.bar(xs, ys)` draws a bar from 0 to each, `plt.plot(xs, ys, \"o\")` a point",
                    for: "stem"),
                .refused(
                    "ax.twinx()",
                    "a chart has one scale of y: `fig, axes = plt.subplots(2, 1)` draws one below the other",
                    for: "twinx twiny"),
                .refused("plt.pie(xs)", "there are no pie charts: `plot ys kind=\"bar\"`", for: "pie"),
                .refused("plt.barh(xs, ys)", "bars stand upright: `plot ys kind=\"bar\"`", for: "barh"),
                .instead(
                    "plt.savefig(\"loss.svg\")", "save figure \"loss.svg\"", "the last figure; .svg, .png or .pdf",
                    for: "savefig"),
            ]),
    ]

    static let pandas: [FamiliarSection] = [
        FamiliarSection(
            "Tables",
            [
                .alias(
                    "pd.read_csv(\"f.csv\")", "load \"f.csv\"", "`header=false`, `separator=`, `missing=`",
                    by: "read_csv"),
                .alias(
                    "pd.DataFrame({\"lr\": [1, 2]})", "table({lr=[1, 2]})", "or a list of records", by: "data_frame"),
                .alias(
                    "pd.DataFrame([[1, 2], [3, 4]], columns=[\"a\", \"b\"])", "table({a=[1, 3], b=[2, 4]})",
                    by: "data_frame"),
                .alias("pd.Series([1, 2])", "[1, 2]", "a column is a list", by: "series"),
                .instead("pd.read_table(\"f.csv\")", "load \"f.csv\"", for: "read_table pd"),
                .instead("df.to_csv(\"f.csv\")", "to_csv t \"f.csv\"", for: ""),
                .same("t.head()", "or t[:5]"), .same("t.tail(2)", "or t[-2:]"),
                .same("t[\"lr\"]", "or t.lr, a list"), .same("t.columns"), .same("t.shape"),
                .same("t[[\"lr\", \"id\"]]", "or t.select([\"lr\", \"id\"])"),
                .same("t[t.lr < 0.1]", "or t.where(r -> r.lr < 0.1)"),
                .same("t[t.id == 1]", "or t.where(r -> r.id == 1)"), .same("t[(t.lr < 0.1) & (t.id != 1)]"),
                .same("t.query(\"lr < 0.1 and id != 1\")", "or t.where(r -> r.lr < 0.1)"),
                .same("t.mean()", "a record of the figures of the columns of numbers; also sum, std, min, max, median"),
                .alias(
                    "t.corr()", "table([{column=\"lr\", lr=1, id=-1}, {column=\"id\", lr=-1, id=1}])", by: "corr_of"),
                .alias("t.sample(2).shape", "[2, 2]", "rows at random", by: "sample_rows"),
                .alias(
                    "pd.cut(t.id, [0, 1, 2], labels=[\"a\", \"b\"])", "[\"a\", \"b\"]",
                    "intervals with their right edge", by: "cut_of"),
                .alias("t.id.isin([1, 3])", "array([v in [1, 3] for v in t.id])", "a mask for `t[mask]`", by: "is_in"),
                .same("t.id.count()", "what is not missing"),
                .alias("t.id.mode()", "[1, 2]", "the most frequent values", by: "modes"),
                .same("t.id.diff()", "of the first one none; np.diff(t.id) leaves it out"),
                .alias("t.id.between(2, 3)", "array([false, true])", "a mask for `t[mask]`", by: "between"),
                .alias("t.id.duplicated()", "array([false, false])", "also `t.duplicated()`", by: "duplicated"),
                .same("t.id.describe()", "a record of count, mean, std, quartiles"),
                .same("t.iloc[0]", "or t[0], a record"), .same("t.iloc[:, 1:]"), .same("t.loc[t.lr < 0.1, \"id\"]"),
                .same("t.iat[0, 1]", "or t.id[0]"), .same("t.at[0, \"id\"]"),
                .same("t[\"n\"] = t.lr + t.id", "the sum of each row"),
                .alias("pd.concat([t, t])", "table([*t, *t])", "also axis=1", by: "concat_tables"),
                .alias("t.lr.idxmax()", "argmax(t.lr)", by: "place_of_largest"),
                .alias("t.lr.idxmin()", "argmin(t.lr)", by: "place_of_smallest"),
                .alias("t.nlargest(1, \"lr\")", "t.sort(\"-lr\")[:1]", "also nsmallest", by: "rows_with_largest"),
                .alias("t.nsmallest(1, \"lr\")", "t.sort(\"lr\")[:1]", by: "rows_with_smallest"),
                .alias("t.assign(k=2)", "table([{lr=1, id=1, k=2}, {lr=0.01, id=2, k=2}])", by: "with_columns"),
                .same("t.rename(columns={\"lr\": \"rate\"})"),
                .alias(
                    "t.lr.apply(lambda v: v * 2)", "[v * 2 for v in t.lr]", "t.apply(f, axis=1) by rows", by: "apply_to"
                ),
                .same("t[\"c\"] = t.lr * 2", "or t.c = t.lr * 2"),
                .alias("t.sort_values(\"lr\", ascending=False)", "t.sort(\"-lr\")", by: "sort_values"),
                .alias(
                    "t.sort_values([\"lr\", \"id\"], ascending=[True, False])", "t.sort([\"lr\", \"-id\"])",
                    by: "sort_values"),
                .alias(
                    "t.groupby(\"lr\").mean()", "t.group(\"lr\").sort(\"lr\")", "with a column of counts",
                    by: "group_by"),
                .same("t.groupby(\"lr\")[\"id\"].max()", "or t.group(\"lr\", {id=\"max\"})"),
                .same("t.groupby(\"lr\").agg({\"id\": \"count\"})", "also lists of figures, {id=[\"min\", \"max\"]}"),
                .alias("t.agg({\"id\": \"max\"})", "{id=2}", by: "agg_of"),
                .alias(
                    "t.pivot_table(values=\"lr\", index=\"id\").lr", "[1, 0.01]",
                    "with columns=, a column for each value",
                    by: "pivot_table"),
                .alias(
                    "pd.crosstab([\"a\", \"b\"], [\"x\", \"x\"])", "table([{row=\"a\", x=1}, {row=\"b\", x=1}])",
                    by: "crosstab"),
                .same("t.merge(t, on=\"id\").columns", "or t.join(t, \"id\")"),
                .alias("pd.merge(t, t)", "t", "of the columns that both have", by: "merge_tables"),
                .alias("t.drop_duplicates()", "t", by: "drop_duplicates"),
                .alias("t.select_dtypes(include=\"number\")", "t", by: "select_dtypes"),
                .alias("t.to_dict(\"list\")", "{lr=[1, 0.01], id=[1, 2]}", by: "to_dict"),
                .alias("t.id.shift(1)", "[none, 1]", by: "shifted"),
                .alias(
                    "t.id.ffill()", "[1, 2]", "what is missing is the value before it; also of a table",
                    by: "filled_forward"),
                .alias("t.id.bfill()", "[1, 2]", "or the value behind it", by: "filled_backward"),
                .alias("t.id.pct_change()", "[none, 1]", by: "relative_changes"),
                .same("t.id.rank()", "equal ones share a rank; method=\"min\", \"first\", \"dense\""),
                .alias("t.id.rolling(2).sum()", "[none, 3]", "also mean, min, max, std", by: "rolling_of"),
                .alias("t.id.expanding().max()", "[1, 2]", "of all rows up to each", by: "expanding_of"),
                .alias("t.id.ewm(span=3).mean()", "[1, 5 / 3]", "weights that decay", by: "ewm_of"),
                .alias(
                    "t.pivot(index=\"id\", columns=\"lr\", values=\"lr\").columns", "[\"id\", \"0.01\", \"1\"]",
                    by: "pivoted"),
                .same("t.astype({\"id\": str}).id", "also `t.id.astype(str)`"),
                .same("t.groupby(\"lr\")[\"id\"].cumsum()", "also rank, shift, diff, idxmax, describe, transform(f)"),
                .alias("t.id.mask(t.id > 1, 0)", "[1, 0]", by: "masked_values"),
                .alias("pd.to_numeric([\"1\", \"x\"], errors=\"coerce\")", "[1, none]", by: "to_numeric"),
                .alias(
                    "t.id.hist(bins=2)", "plot(t.id, kind=\"histogram\", bins=2)", "of a table, of each column",
                    by: "drawn_histogram"),
                .alias(
                    "t.boxplot()", "plot([t.lr, t.id], kind=\"box\", labels=[\"lr\", \"id\"])",
                    "column= chooses, by= makes a box of each group", by: "drawn_boxes", for: "boxplot"),
                .same("t.describe()"), .same("t.dtypes"), .same("t.T", "a row for each column"),
                .alias(
                    "t.info()",
                    "table([{column=\"lr\", count=2, dtype=\"float64\"}, {column=\"id\", count=2, dtype=\"int64\"}])",
                    by: "info_of"),
                .same("t.values", "or tensor(t)"), .same("t.lr.values", "an array of its numbers"),
                .alias("t.to_numpy()", "t.values", by: "matrix_of"),
                .same(
                    "table({w=[\"a\"]}).w.str.upper()", "of each text: `.str.contains`, `.str.split`, `.str[0]`, ..."),
                .same("t.dropna()"), .same("t.dropna(subset=[\"lr\"])"), .same("t.fillna(0)", "or t.fillna({lr=0})"),
                .same("t.lr.isna()"), .same("t.lr.notna()"), .alias("t.lr.isnull()", "isna(t.lr)"),
                .alias("t.lr.notnull()", "notna(t.lr)"), .same("pd.isna(t.lr)"), .same("pd.notna(t.lr)"),
                .same("t.drop(columns=[\"lr\"])"),
                .alias("t.lr.value_counts()", "counts(t.lr)", by: "value_counts"),
                .same("t.lr.map({1: \"a\", 0.01: \"b\"})"),
                .alias("t.id.shift(1).ffill()", "[none, 1]", "also bfill", by: "filled_forward", for: "ffill"),
                .alias("t.id.shift(1).bfill()", "[1, 1]", by: "filled_backward", for: "bfill"),
                .alias("t.melt(id_vars=\"id\").value", "[1, 0.01]", by: "melted"),
                .alias("pd.qcut([1, 2, 3, 4], 2, labels=False)", "[0, 0, 1, 1]", by: "quantile_cut"),
                .alias("t.id.value_counts().sort_index()", "{[1]=1, [2]=1}", by: "sort_index", for: "sort_index"),
                .alias(
                    "pd.get_dummies([\"a\", \"b\"], prefix=\"x\")", "table({x_a=[1, 0], x_b=[0, 1]})", by: "dummies_of"),
                .alias("t.lr.nunique()", "len(set(t.lr))", "of a table, a record", by: "nunique_of"),
                .alias("t.reset_index(drop=True)", "t", "rows have numbers alone", by: "numbered_anew"),
                .alias(
                    "t.iterrows()", "[[0, t[0]], [1, t[1]]]", "or for row in t { print row.lr }",
                    by: "rows_with_numbers"),
                .alias("t.itertuples()", "[t[0], t[1]]", by: "rows_alone"),
                .refused(
                    "df.set_index(\"id\")",
                    "rows have numbers alone: `t[t.id == 1]` finds rows, `dict(zip(t.id, t.lr))` looks values up, and `t.plot(x=\"id\")` draws over a column",
                    for: "set_index"),
            ])
    ]

    static let keras: [FamiliarSection] = [
        FamiliarSection(
            "Keras",
            [
                .instead(
                    "Sequential([Dense(128, activation=\"relu\"), Dense(10)])",
                    "model net_of() { linear 128; relu; linear 10 }", for: "Model"),
                .instead("Dense(10)", "linear 10", for: "Dense keras tf tensorflow"),
                .instead("Conv2D(16, 3, padding=\"same\")", "conv 16 3 padding=1", for: "Conv2D Conv1D"),
                .instead("MaxPooling2D(2)", "maxpool 2", for: "MaxPooling2D MaxPool2D"),
                .alias("Flatten()", "flatten()"),
                .alias("Dropout(0.5)", "dropout(0.5)"),
                .instead("BatchNormalization()", "batch_norm()", for: "BatchNormalization"),
                .alias("Embedding(1000, 32)", "embedding(1000, 32)"),
                .instead("Activation(\"relu\")", "relu()", for: "Activation"),
                .refused(
                    "model.compile(optimizer=\"adam\", loss=...)", "`train` takes optimizer=, loss= and metrics=",
                    for: "compile"),
                .instead(
                    "model.fit(x, y, epochs=5, validation_split=0.2)", "train net data epochs=1",
                    "validate= takes a dataset: `first, second = split(data, 4)`", for: "fit"),
                .instead("model.evaluate(x, y)", "evaluate net data", for: ""),
                .instead("model.predict(x)", "predict net data", for: ""),
                .instead("model.summary()", "summary net", for: ""),
                .instead(
                    "to_categorical(y, 3)", "one_hot([0, 2], 3)", "`cross_entropy` takes the classes themselves",
                    for: "to_categorical"),
                .instead(
                    "EarlyStopping(patience=3)", "train net data epochs=1 validate=data patience=3",
                    for: "EarlyStopping ModelCheckpoint"),
                .instead("lr_find(...)", "find_rate net data", for: "lr_find"),
            ]),
        FamiliarSection(
            "scikit-learn",
            [
                .same(
                    "len(train_test_split(x, [0, 1], test_size=0.5, random_state=1))",
                    "the parts of each; `first, second = split(data, 4)` of a dataset"),
                .alias("train_test_split(xs, test_size=1, shuffle=False)", "[[3, 2], [1]]", by: "train_test_split"),
                .alias(
                    "StandardScaler().fit_transform(x)", "(x - mean(x, axis=0)) / std(x, axis=0, correction=0)",
                    "`normalize(data)` of a dataset", by: "scaler"),
                .alias(
                    "MinMaxScaler().fit_transform(x)",
                    "(x - min(x, axis=0)) / (max(x, axis=0) - min(x, axis=0))", by: "range_scaler_of"),
                .alias(
                    "PCA(n_components=1).fit_transform(x).round()", "tensor([[-3], [3]])",
                    "also components_, explained_variance_ratio_, inverse_transform(y)", by: "pca_of"),
                .alias(
                    "LinearRegression().fit([[1.0], [2.0]], [3.0, 5.0]).predict([[4.0]]).round()", "array([9])",
                    "also coef_, intercept_, score(x, y)", by: "linear_regression_of"),
                .alias(
                    "KNeighborsClassifier(1).fit(x, [0, 1]).predict(x)", "array([0, 1])",
                    "also predict_proba(x), score(x, y)", by: "nearest_neighbours_of"),
                .refused(
                    "KMeans(3).fit(x)", "there is no k-means: `KNeighborsClassifier` and `PCA` are there", for: "KMeans"
                ),
                .refused(
                    "sklearn.linear_model", "`help \"keras\"` shows what there is of scikit-learn", for: "sklearn"),
                .alias(
                    "confusion_matrix([1, 0, 1], [1, 1, 1])", "tensor([[0, 1], [0, 2]], dtype=\"int64\")",
                    "or confusion(net, data)", by: "confusion_of"),
                .instead(
                    "ConfusionMatrixDisplay(c).plot()", "plot a kind=\"heatmap\"", for: "ConfusionMatrixDisplay"),
                .alias(
                    "precision_score([1, 0, 1], [1, 1, 1])", "2 / 3", "average= as there", by: "precision_of"),
                .alias("recall_score([1, 0, 1], [1, 1, 0])", "0.5", by: "recall_of"),
                .alias("f1_score([1, 0, 1], [1, 1, 0])", "0.5", by: "f1_of"),
                .alias("roc_auc_score([0, 1, 0, 1], [0.1, 0.4, 0.5, 0.8])", "0.75", by: "roc_auc_of"),
                .alias(
                    "roc_curve([0, 1], [0.1, 0.8])", "[array([0, 0, 1]), array([0, 1, 1]), array([inf, 0.8, 0.1])]",
                    "`fpr, tpr, thresholds`", by: "roc_of"),
                .alias(
                    "KFold(3).get_n_splits()", "3", "`.split(x)` gives pairs of places to train on and to test on",
                    by: "k_fold_of"),
                .alias(
                    "StratifiedKFold(2).split([1, 2, 3, 4], [0, 0, 1, 1])[0][1]", "tensor([0, 2], dtype=\"int64\")",
                    "each part has its share of each class", by: "stratified_k_fold_of"),
                .alias(
                    "LabelEncoder().fit_transform([\"b\", \"a\", \"b\"])", "tensor([1, 0, 1], dtype=\"int64\")",
                    by: "label_encoder"),
                .alias(
                    "accuracy_score([1, 0], [1, 1])", "0.5", "or evaluate(net, data).accuracy", by: "accuracy"),
                .instead(
                    "r2_score(y, p)", "1 - mse(xs, ys) / var(ys, correction=0)", for: "r2_score mean_squared_error"),
                .instead("mean_absolute_error(y, p)", "mae(xs, ys)", for: "mean_absolute_error"),
                .instead("classification_report(y, p)", "report(net, data)", for: "classification_report"),
                .refused("TSNE().fit_transform(x)", "there is no t-SNE", for: "TSNE"),
                .refused(
                    "LogisticRegression().fit(x, y)",
                    "it is a network of one layer, `model logistic() { linear 2 }`, which `train` trains",
                    for: "LogisticRegression SGDClassifier"),
                .refused(
                    "load_iris()", "no data comes with dls: `load \"iris.csv\"` reads a file",
                    for: "load_iris load_digits load_wine load_breast_cancer fetch_openml fetch_california_housing"),
            ]),
    ]
}
