/** Common Argentinian names, and how long the names of real agencies' files are. */

const list = (text: string): string[] => text.trim().split(/\s+/);

/** Most stand without their accents, as people type them. */
export const WOMEN = list(`
  Ana Eva Luz Sol Mia Paz
  Alma Azul Emma Elsa Inés Lara Lola Luna Nora Rosa Sara Vera
  Abril Ailen Aylen Belen Brisa Clara Diana Elena Erica Irene Julia Laura Lucía Luisa Maria Marta Paula Pilar
  Rocio Sofia
  Andrea Ayelen Bianca Camila Carina Celina Daiana Emilia Gisela Helena Jimena Karina Lorena Magali Malena
  Marina Milena Noelia Olivia Regina Romina Silvia Susana Tamara Ximena Yamila
  Abigail Candela Cecilia Claudia Daniela Eugenia Fabiana Juliana Julieta Leticia Liliana Luciana Ludmila
  Mariana Marisol Martina Melanie Micaela Natalia Paulina Rosario Soledad Tatiana Viviana
  Agustina Angelina Carolina Catalina Fernanda Gabriela Graciela Josefina Mercedes Milagros Patricia Priscila
  Verónica Victoria Virginia
  Alejandra Antonella Constanza Esmeralda Esperanza Florencia Francisca Guadalupe Magdalena Valentina
  Clementina Evangelina Montserrat Guillermina`);

export const MEN = list(`
  Ian Leo
  Aldo Axel Ciro Elio Enzo Hugo Ivan Joel José Juan Luca Luis Raul Saul
  Angel Ariel Bruno Cesar Dante Dario David Diego Elias Fabio Felix Jesus Jorge Julio Kevin Lucas Marco Mario
  Mateo Oscar Pablo Pedro Ramon Ruben Simon Tiago Tomas Uriel
  Adrian Alexis Andrés Camilo Carlos Damian Daniel Emilio Fausto Felipe Franco Gaspar German Hector Isaias
  Javier Julian Manuel Marcos Martín Matias Maximo Miguel Nahuel Rafael Ramiro Sergio Thiago Tobias Walter
  Agustin Alfredo Antonio Augusto Claudio Eduardo Emanuel Enrique Ernesto Esteban Eugenio Facundo Gabriel
  Gonzalo Gustavo Horacio Ignacio Joaquin Lautaro Leandro Lorenzo Luciano Marcelo Nicolás Octavio Osvaldo
  Ricardo Roberto Rodrigo Vicente
  Bautista Benjamin Ezequiel Federico Fernando Humberto Leonardo Lisandro Mauricio Norberto Patricio Salvador
  Santiago Valentin
  Alejandro Cristobal Francisco Guillermo Sebastian
  Estanislao Maximiliano`);

/** Names of three and four words: five people in a thousand. */
export const LONG_NAMES = [
  'Juan de la Cruz',
  'Maria del Rosario',
  'Maria de los Angeles',
  'Maria de las Mercedes',
  'Rosario de los Milagros',
];

/** `_` stands for a space within a name. */
export const LAST_NAMES = list(`
  Cruz Díaz Leal Luna Mora Ríos Roca Ruiz Sosa Soto Vega Vera
  Acuña Arias Ayala Bravo Costa Godoy Gómez Leiva López Luján Muñoz Nieto Núñez Ochoa Ponce Pérez Reyes Rojas
  Rolón Rossi Silva Solís
  Acosta Aranda Arroyo Bianco Blanco Burgos Campos Castro Chávez Correa Duarte Farías Ferrer Flores Franco
  Galván Guzmán Ibarra Juárez Lucero Maciel Mamani Medina Molina Montes Moreno Moyano Olmedo Ortega Quispe
  Rivero Robles Romano Romero Segura Suárez Toledo Torres Varela Vargas Villar Zapata Zárate
  Agüero Aguirre Álvarez Barrios Benítez Cabrera Carrizo Cáceres Delgado De_León De_Luca Escobar Fuentes
  Giménez Heredia Herrera Ledesma Miranda Morales Navarro Ordóñez Paredes Peralta Pereyra Quiroga Ramírez
  Saldaña Sánchez Vallejo Vázquez
  Alvarado Bermúdez D'Angelo Esposito Espinoza Figueroa Gallardo González Lombardi Mansilla Martínez Saavedra
  Sanabria Valdivia Villalba Villegas Zambrano
  Balmaceda Caballero Cifuentes Di_Pietro Domínguez Fernández Gutiérrez Hernández Maldonado Rodríguez
  Sarmiento Velázquez
  Altamirano Avellaneda Bustamante Monteagudo Montenegro Valenzuela`).map((name) => name.replace('_', ' '));

/** Of a thousand: how many have so many letters. Measured on 78,697 real rows. */
export type Shares = Readonly<Record<number, number>>;

/** People with one first name: 284 of 1,000. */
export const ONE_NAME_LENGTHS: Shares = { 3: 10, 4: 23, 5: 49, 6: 66, 7: 61, 8: 50, 9: 20, 10: 3, 11: 2 };

/** People with two first names, the space counted: 711 of 1,000. */
// biome-ignore format: one line is easier to compare with the others
export const TWO_NAMES_LENGTHS: Shares = {
  7: 1, 9: 17, 10: 16, 11: 48, 12: 66, 13: 120, 14: 162, 15: 132, 16: 81, 17: 46, 18: 14, 19: 7, 20: 1,
};

export const LAST_NAME_LENGTHS: Shares = { 4: 89, 5: 162, 6: 307, 7: 216, 8: 145, 9: 65, 10: 16 };

/** The real documents and birthdates are spread evenly over these; both ends can occur. */
export const DOCUMENTS = { first: 20_000_000, last: 39_999_999 } as const;
export const BIRTHDATES = { first: '1980-01-01', last: '2004-08-23' } as const;

/** Numbers that can be bet on: 0 to 9999, each as likely. */
export const NUMBERS = 10_000;
