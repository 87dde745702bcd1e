import './styles/fonts.css';
import './styles/tokens.css';
import './styles/document.css';
import './shell/app-shell.ts';
