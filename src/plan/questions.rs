//! Questions that models are asked row by row, by functions that do nothing else. A library's own store looks into its
//! memory and answers at once, so that nobody else need have the GIL meanwhile; which stores are such, only the extension
//! knows. Every other model may ask others, wait, or be Python's.

/// Whether a function of C only asks a model.
pub fn is_one(symbol: &str) -> bool {
    QUESTIONS.contains(&symbol)
}

const QUESTIONS: [&str; 13] = [
    "g_list_model_get_n_items",
    "g_list_model_get_object",
    "gtk_tree_model_get_column_type",
    "gtk_tree_model_get_iter",
    "gtk_tree_model_get_iter_first",
    "gtk_tree_model_get_n_columns",
    "gtk_tree_model_get_path",
    "gtk_tree_model_get_value",
    "gtk_tree_model_iter_children",
    "gtk_tree_model_iter_has_child",
    "gtk_tree_model_iter_n_children",
    "gtk_tree_model_iter_next",
    "gtk_tree_model_iter_nth_child",
];
