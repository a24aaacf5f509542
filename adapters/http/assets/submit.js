// Sends the form on, so that nobody has to press its button.
document.forms[0].submit();
