import { authorisationMatrix } from '../support/authorisation-matrix.js';

authorisationMatrix(1, 4);
